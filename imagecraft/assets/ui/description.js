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

  // Which photo the result is of: results stay when another photo is chosen, but never pass for its own.
  let now = null; // the photo in the field
  ic.subject = (element, props, watch) => {
    const line = element.querySelector(".ic-subject");
    const draw = () => {
      const { name, path } = props.value || {};
      const here = now?.path;
      const words = !here ? ic.words.resultOfGone : here === path ? ic.words.resultOf : ic.words.resultOfOther;
      line.textContent = name ? ic.fill(words, { name }) : "";
      line.dataset.other = String(Boolean(name) && here !== path);
    };
    ic.photoIs = (file) => { now = file; draw(); };
    ic.subjectPath = () => props.value?.path;
    watch("value", draw);
  };

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
