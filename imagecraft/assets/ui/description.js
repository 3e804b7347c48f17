"use strict";
// The description: how long it is, and copying it.
(() => {
  const ic = window.imagecraft;

  ic.count = (text, limit) => {
    const counter = document.getElementById("ic-counter");
    if (!counter) return;
    const n = [...(text || "").trim()].length;
    const over = limit > 0 ? n - limit : 0;
    let words = n === 1 ? ic.words.character : ic.fill(ic.words.characters, { n });
    if (limit > 0) words = ic.fill(over > 0 ? ic.words.charactersOver : ic.words.charactersOf, { n, limit, over });
    counter.textContent = words;
    counter.dataset.over = String(over > 0);
  };

  // What the result is of: results stay when another photo is chosen, but never pass for its own.
  // field: id of the photo's (or sound's) field. words: for a result of what is in it now, of another, of what is gone.
  const subjects = {};
  ic.subject = (element, props, watch, { field, words }) => {
    const line = element.querySelector(".ic-subject");
    const draw = () => {
      const { name, path } = props.value || {};
      const here = ic.fields[field]?.file?.path;
      const fitting = !here ? words.gone : here === path ? words.chosen : words.other;
      line.textContent = name ? ic.fill(fitting, { name }) : "";
      line.dataset.other = String(Boolean(name) && here !== path);
      subjects[field] = path;
    };
    document.addEventListener("ic-field", (event) => { if (event.detail.id === field) draw(); });
    watch("value", draw);
  };
  document.addEventListener("ic-told", (event) => {
    const caption = document.querySelector("#ic-description textarea")?.value;
    if (caption && event.target.closest("#ic-player")) ic.fields["ic-photo"].shows(caption, subjects["ic-photo"]);
  });

  ic.copy = async (text) => {
    if (!text || !text.trim()) return ic.problem("ic-speech-problem", ic.words.copyNothing, "");
    const button = document.getElementById("ic-copy");
    try {
      await navigator.clipboard.writeText(text);
    } catch {
      const box = document.querySelector("#ic-description textarea");
      box.select();
      const copied = document.execCommand("copy");
      button.focus();
      if (!copied) return ic.problem("ic-speech-problem", ic.words.copyFailed, "");
    }
    ic.say(ic.words.copiedSaid);
    const label = button.textContent;
    button.textContent = ic.words.copied;
    setTimeout(() => { button.textContent = label; }, 2000);
  };
})();
