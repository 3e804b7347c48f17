"use strict";
// The tab "Image → Soundscape": the table of layers, to switch, to turn up and down, to move.
(() => {
  const ic = window.imagecraft;
  const words = ic.words.soundscape;
  const make = (name, properties = {}, ...inside) => {
    const one = Object.assign(document.createElement(name), properties);
    one.append(...inside);
    return one;
  };
  const side = (pan) => {
    const n = Math.round(Math.abs(pan) * 100);
    return n < 5 ? words.middle : ic.fill(pan < 0 ? words.left : words.right, { n });
  };
  const loud = (gain) => ic.fill(words.decibels, { n: `${gain > 0 ? "+" : ""}${Math.round(gain)}`.replace("-", "−") });

  ic.layers = (element, props, watch) => {
    const box = element.querySelector(".ic-layers");
    let drawn = null; // number of the plan that is drawn; what the visitor changes in it is not drawn again
    const change = (index, values) => {
      const layers = props.value.plan.layers.map((layer, at) => (at === index ? { ...layer, ...values } : layer));
      props.value = { ...props.value, plan: { ...props.value.plan, layers } };
    };
    const range = (index, field, label, least, most, step, value, tell) => {
      const output = make("output");
      const input = make("input", { type: "range", min: least, max: most, step, value, ariaLabel: label });
      const show = () => {
        const share = (input.value - least) / (most - least);
        input.style.setProperty("--ic-share", `${100 * share}%`);
        output.textContent = tell(Number(input.value));
        input.setAttribute("aria-valuetext", output.textContent);
      };
      input.addEventListener("input", () => { change(index, { [field]: Number(input.value) }); show(); });
      show();
      return make("td", {}, make("div", { className: "ic-slider" }, output, input));
    };
    const row = (layer, index) => {
      const on = make("input", { type: "checkbox", checked: layer.on, ariaLabel: ic.fill(words.hear, layer) });
      const line = make("tr", {},
        make("th", { scope: "row" }, make("label", { className: "ic-check" }, on, make("span", { textContent: layer.says }))),
        range(index, "gain_db", ic.fill(words.levelOf, layer), -40, 12, 1, layer.gain_db, loud),
        range(index, "pan", ic.fill(words.placeOf, layer), -1, 1, 0.1, layer.pan, side));
      const dim = () => { line.dataset.on = String(on.checked); };
      on.addEventListener("change", () => { change(index, { on: on.checked }); dim(); });
      dim();
      return line;
    };
    const draw = () => {
      const { made = null, plan } = props.value || {};
      if (made === drawn && drawn !== null) return;
      drawn = made;
      if (!plan) return box.replaceChildren(make("p", { className: "ic-quiet", textContent: words.empty }));
      const heads = [words.sound, words.level, words.place].map((text) => make("th", { scope: "col", textContent: text }));
      box.replaceChildren(make("table", { className: "ic-table" },
        make("caption", { textContent: words.caption }),
        make("thead", {}, make("tr", {}, ...heads)),
        make("tbody", {}, ...plan.layers.map(row))));
    };
    watch("value", draw);
    draw();
  };
})();
