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

  ic.slider = (element, props, watch) => {
    const range = element.querySelector("input");
    const draw = () => {
      const share = (range.value - range.min) / (range.max - range.min);
      range.style.setProperty("--ic-share", `${100 * share}%`);
      const words = `${Number(range.value).toFixed(1)}×`;
      element.querySelector("output").textContent = words;
      range.setAttribute("aria-valuetext", words);
    };
    range.addEventListener("input", () => { props.value = Number(range.value); draw(); });
    watch("value", () => { range.value = props.value; draw(); });
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
          return option;
        }));
        return box;
      }));
    };
    select.addEventListener("change", () => {
      props.value = { ...props.value, chosen: select.value };
    });
    watch("value", draw);
    draw();
  };

  // A list of buttons made by the server; which one was pressed goes back as the event's data.
  ic.choices = (element, trigger) => element.addEventListener("click", (event) => {
    const { event: name, id } = event.target.closest("button[data-event]")?.dataset || {};
    if (!name) return;
    if (name === "tried") {
      if (ic.busy()) return;
      ic.started(ic.words.starting);
    }
    trigger(name, { id });
  });

  ic.picture = (element, props, watch) => {
    const [frame, image, words] = element.querySelectorAll(".ic-drawn, img, p");
    watch("value", () => {
      const { file, alt } = props.value || {};
      frame.hidden = !file;
      image.alt = file ? alt : "";
      if (file) image.src = ic.address(file); else image.removeAttribute("src");
      words.textContent = file ? "" : alt || "";
      words.hidden = !words.textContent;
      const toggle = document.getElementById("ic-show-seen");
      toggle.textContent = file ? ic.words.hideSeen : ic.words.showSeen;
      toggle.setAttribute("aria-expanded", String(Boolean(file)));
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
