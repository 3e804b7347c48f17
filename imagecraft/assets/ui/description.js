"use strict";
// The description: how long it is, and copying it.
(() => {
  const ic = window.imagecraft;

  ic.count = (text, limit) => {
    const counter = document.getElementById("ic-counter");
    if (!counter) return;
    const n = [...(text || "").trim()].length;
    const over = limit ? n - limit : 0;
    let words = n === 1 ? ic.words.character : ic.fill(ic.words.characters, { n });
    if (limit) words = ic.fill(over > 0 ? ic.words.charactersOver : ic.words.charactersOf, { n, limit, over });
    counter.textContent = words;
    counter.dataset.over = String(over > 0);
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
