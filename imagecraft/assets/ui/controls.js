"use strict";
// Small native controls: each keeps its value in props and draws what the server sends.
(() => {
  const ic = window.imagecraft;

  ic.disclosure = (element) => {
    const button = element.querySelector(".ic-disclosure");
    const set = (open) => {
      element.dataset.open = String(open);
      button.setAttribute("aria-expanded", String(open));
    };
    button.addEventListener("click", () => set(element.dataset.open !== "true"));
    set(false);
  };

  ic.choice = (element, props, watch) => {
    const radios = [...element.querySelectorAll("input")];
    element.addEventListener("change", (event) => { props.value = event.target.value; });
    watch("value", () => radios.forEach((radio) => { radio.checked = radio.value === props.value; }));
  };

  ic.slider = (element, props, watch, unit, decimals) => {
    const range = element.querySelector("input");
    const draw = () => {
      const share = (range.value - range.min) / (range.max - range.min);
      range.style.setProperty("--ic-share", `${100 * share}%`);
      const words = `${Number(range.value).toFixed(decimals)}${unit}`;
      element.querySelector("output").textContent = words;
      range.setAttribute("aria-valuetext", words);
    };
    range.addEventListener("input", () => { props.value = Number(range.value); draw(); });
    watch("value", () => { range.value = props.value; draw(); });
    // A menu may say what the slider can be set to; where there is nothing to choose, it is not shown.
    range.addEventListener("ic-range", ({ detail: [low, high, usual] }) => {
      Object.assign(range, { min: low, max: high, value: usual });
      element.hidden = low === high;
      props.value = usual;
      draw();
    });
    draw();
  };

  ic.number = (element, props, trigger) => {
    const field = element.querySelector("input");
    field.addEventListener("input", () => {
      // What is no number comes as one that no limit can be: the server says what can.
      const typed = Number.isNaN(field.valueAsNumber) ? 0 : field.valueAsNumber;
      props.value = field.value === "" && !field.validity.badInput ? null : typed;
      trigger("changed");
    });
  };

  ic.menu = (element, props, watch) => {
    const select = element.querySelector("select");
    const draw = () => {
      const { groups = [], chosen } = props.value || {};
      select.replaceChildren(...groups.map((group) => {
        const box = document.createElement("optgroup");
        box.label = group.label;
        box.append(...group.options.map((entry) => {
          const option = new Option(entry.label, entry.id, false, entry.id === chosen);
          option.disabled = entry.disabled === true;
          option.dataset.kind = entry.kind || "";
          option.sliders = entry.sliders || {};
          return option;
        }));
        return box;
      }));
      mark();
    };
    const mark = () => {
      const option = select.selectedOptions[0];
      if (option?.dataset.kind) element.closest(".ic-columns").dataset.kind = option.dataset.kind;
      Object.entries(option?.sliders || {}).forEach(([id, detail]) => {
        document.getElementById(`${id}-range`)?.dispatchEvent(new CustomEvent("ic-range", { detail }));
      });
    };
    select.addEventListener("change", () => {
      props.value = { ...props.value, chosen: select.value };
      mark();
    });
    watch("value", draw);
    draw();
  };

  // A list of buttons made by the server; which one was pressed goes back as the event's data. `run` names the run
  // that "tried" starts.
  ic.choices = (element, trigger, run) => element.addEventListener("click", (event) => {
    const { event: name, id } = event.target.closest("button[data-event]")?.dataset || {};
    if (!name) return;
    if (name === "tried") {
      if (ic.runs[run].busy()) return;
      ic.runs[run].started();
    }
    trigger(name, { id });
  });

  // Files for which a name is enough: no picture of them, no camera.
  ic.files = (element, props, upload) => {
    const root = element.querySelector(".ic-file-field");
    const input = root.querySelector("input");
    const note = element.querySelector("p");
    const say = (text) => { note.textContent = text; note.hidden = !text; };
    let turn = 0;
    const forget = () => { turn += 1; props.value = null; input.value = ""; };
    input.addEventListener("change", async () => {
      const chosen = [...input.files];
      const mine = ++turn;
      props.value = null;
      say("");
      if (!chosen.length) return;
      if (chosen.some((one) => one.size > props.max_bytes)) {
        forget();
        say(ic.fill(ic.words.fileTooLarge, { limit: Math.floor(props.max_bytes / 1e6) }));
        return;
      }
      root.setAttribute("aria-busy", "true");
      try {
        const sent = [];
        for (const one of chosen) {
          const { path, url } = await upload(one);
          if (mine !== turn) return;
          const file = { path, url, orig_name: one.name, size: one.size, meta: { _type: "gradio.FileData" } };
          sent.push({ file, name: one.name });
        }
        props.value = input.multiple ? sent : sent[0];
      } catch {
        if (mine === turn) { forget(); say(ic.words.fileNotSent); }
      } finally {
        if (mine === turn || !props.value) root.removeAttribute("aria-busy");
      }
    });
  };

  ic.checks = (element, props) => {
    element.addEventListener("change", () => {
      props.value = [...element.querySelectorAll("input:checked")].map((box) => box.value);
    });
  };

  // toggle: the button that shows and hides it, if one does: its id, and its words for each.
  ic.picture = (element, props, watch, toggle) => {
    const [frame, image, words] = element.querySelectorAll(".ic-drawn, img, p");
    watch("value", () => {
      const { file, alt } = props.value || {};
      frame.hidden = !file;
      image.alt = file ? alt : "";
      if (file) image.src = ic.address(file); else image.removeAttribute("src");
      words.textContent = file ? "" : alt || "";
      words.hidden = !words.textContent;
      const button = toggle && document.getElementById(toggle.button);
      if (!button) return;
      button.textContent = file ? toggle.hide : toggle.show;
      button.setAttribute("aria-expanded", String(Boolean(file)));
    });
  };

  ic.downloads = (element, props, watch) => {
    const row = element.querySelector(".ic-buttons");
    watch("value", () => row.replaceChildren(...(props.value || []).map(({ label, file }) => {
      const link = document.createElement("a");
      Object.assign(link, { className: "ic-button", href: ic.address(file), download: file.orig_name, textContent: label });
      return link;
    })));
  };
})();
