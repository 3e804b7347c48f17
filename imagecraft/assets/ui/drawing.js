"use strict";
// Pictures to choose one of: native radio buttons, each with its picture.
(() => {
  const ic = window.imagecraft;

  ic.variants = (element, props, watch, trigger) => {
    const group = element.querySelector("fieldset");
    const row = group.querySelector("div");
    let picked = 0; // stays while more pictures come
    const draw = () => {
      const { entries = [], chosen } = props.value || {};
      group.hidden = entries.length < 2;
      const known = [...row.querySelectorAll("img")].map((image) => image.src);
      const wanted = entries.map(({ file }) => ic.address(file));
      if (known.length > wanted.length || known.some((address, place) => address !== wanted[place])) {
        row.replaceChildren();
        picked = 0;
      }
      picked = chosen ?? picked;
      entries.slice(row.children.length).forEach(({ label, alt }) => {
        const place = row.children.length;
        const choice = document.createElement("label");
        const radio = Object.assign(document.createElement("input"), { type: "radio", name: element.id || "variants", value: place });
        const image = Object.assign(document.createElement("img"), { src: wanted[place], alt: "" });
        radio.setAttribute("aria-label", `${label}: ${alt}`);
        const words = Object.assign(document.createElement("span"), { textContent: String(place + 1) });
        words.setAttribute("aria-hidden", "true");
        choice.append(radio, image, words);
        row.append(choice);
      });
      row.querySelectorAll("input").forEach((radio, place) => { radio.checked = place === picked; });
      if (props.value && chosen !== picked) props.value = { ...props.value, chosen: picked };
    };
    element.addEventListener("change", (event) => {
      props.value = { ...props.value, chosen: Number(event.target.value) };
      trigger("chosen");
    });
    watch("value", draw);
    draw();
  };
})();
