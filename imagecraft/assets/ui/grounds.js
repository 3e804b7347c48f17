"use strict";
// Words of the description and what they rest on: pointing at a word, or focusing it, marks the rows and boxes.
(() => {
  const find = (id) => document.getElementById(id);

  const mark = (labels) => {
    for (const row of document.querySelectorAll("#ic-evidence tr[data-label]")) {
      row.toggleAttribute("data-marked", labels.includes(row.dataset.label));
    }
    const drawn = document.querySelector("#ic-seen .ic-drawn");
    drawn.querySelectorAll(".ic-mark-box").forEach((box) => box.remove());
    for (const row of document.querySelectorAll("#ic-evidence tr[data-marked][data-box]")) {
      const [left, top, width, height] = row.dataset.box.split(" ");
      const box = document.createElement("span");
      box.className = "ic-mark-box";
      box.style.cssText = `left:${left}%;top:${top}%;width:${width}%;height:${height}%`;
      drawn.append(box);
    }
  };
  const tell = (word) => {
    const line = document.querySelector("#ic-words .ic-rests");
    if (!line) return;
    line.dataset.hint ??= line.textContent;
    line.textContent = word ? `${word.textContent}: ${find(word.getAttribute("aria-describedby")).textContent}` : line.dataset.hint;
  };
  const show = (word) => {
    tell(word);
    mark(word ? JSON.parse(word.dataset.labels) : []);
  };
  const inWords = () => {
    const here = document.activeElement;
    return here?.classList.contains("ic-word") ? here : null;
  };
  for (const name of ["mouseover", "focusin", "click"]) {
    document.addEventListener(name, (event) => {
      const word = event.target.closest?.(".ic-word");
      if (word) show(word);
    });
  }
  for (const name of ["mouseout", "focusout"]) {
    document.addEventListener(name, (event) => {
      if (event.target.closest?.(".ic-word")) show(name === "mouseout" ? inWords() : null);
    });
  }
})();
