"use strict";
// Several photos at once: a row for each, its description to change and to hear.
(() => {
  const ic = window.imagecraft;
  const words = ic.words.folder;
  const make = (name, properties = {}, ...inside) => {
    const one = Object.assign(document.createElement(name), properties);
    one.append(...inside);
    return one;
  };

  // Its value: {"made": number of the run, "rows": [{file, caption, said, error, notices, thumbnail}], "asked": row}.
  // Rows are only ever added to a run's table, so that what a visitor changes in the others stays.
  ic.folder = (element, props, watch, trigger, run) => {
    const box = element.querySelector(".ic-folder");
    let drawn = null;
    let body;
    const fields = [];

    const captions = () => (props.value?.rows || []).map((row, at) => (fields[at] ? { ...row, caption: fields[at].value } : row));
    const keep = (more = {}) => { props.value = { ...props.value, rows: captions(), ...more }; };
    const speak = (at) => {
      if (ic.runs[run].busy()) return;
      keep({ asked: at });
      ic.runs[run].started("ic-folder-speech-problem");
      trigger("asked");
    };
    const grow = (field) => {
      field.style.height = "auto";
      field.style.height = `${field.scrollHeight + 2}px`;
    };
    const line = ({ file, caption, error, notices, thumbnail }, at) => {
      const photo = make("td", { className: "ic-folder-photo" });
      if (thumbnail) photo.append(make("img", { src: ic.address(thumbnail), alt: "", loading: "lazy" }));
      const name = make("th", { scope: "row", textContent: file });
      if (error) {
        fields.push(null);
        return make("tr", {}, photo, name, make("td", { colSpan: 2, className: "ic-folder-error", textContent: error }));
      }
      const field = make("textarea", { className: "ic-field", value: caption, rows: 2, ariaLabel: ic.fill(words.of, { name: file }) });
      field.addEventListener("input", () => {
        grow(field);
        keep();
        document.querySelector("#ic-folder-downloads .ic-buttons")?.replaceChildren(); // they hold the text before
      });
      field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        event.stopPropagation();
        speak(at);
      });
      fields.push(field);
      const button = make("button", { type: "button", className: "ic-button", textContent: words.speak, ariaLabel: ic.fill(words.speakOf, { name: file }) });
      button.addEventListener("click", () => speak(at));
      const notes = notices.map((text) => make("p", { className: "ic-quiet", textContent: text }));
      return make("tr", {}, photo, name, make("td", {}, field, ...notes), make("td", {}, button));
    };
    const begin = () => {
      const heads = [words.photo, words.description, words.sound].map((text) => make("th", { scope: "col", textContent: text }));
      body = make("tbody");
      box.replaceChildren(make("table", { className: "ic-table" },
        make("caption", { className: "ic-sr", textContent: words.caption }),
        make("thead", {}, make("tr", {}, make("td"), ...heads)),
        body));
    };
    const draw = () => {
      const { made = null, rows = [] } = props.value || {};
      if (!rows.length) {
        drawn = made;
        fields.length = 0;
        body = null;
        box.replaceChildren(make("p", { className: "ic-quiet", textContent: words.empty }));
        return;
      }
      if (made !== drawn || !body) {
        drawn = made;
        fields.length = 0;
        begin();
      }
      rows.slice(fields.length).forEach((row) => {
        body.append(line(row, fields.length));
        if (fields.at(-1)) grow(fields.at(-1));
      });
      if (captions().some((row, at) => row.caption !== rows[at].caption)) keep();
    };
    watch("value", draw);
    draw();
  };
})();
