"use strict";
// The panel "Models and memory", which the chip in the page's head opens. The server draws it anew whenever something
// changes: what is unfolded stays so, what is said is heard, and the focus is not lost.
(() => {
  const ic = window.imagecraft;

  ic.models = (element, shown) => {
    const panel = document.getElementById("ic-models");
    const chip = () => document.getElementById("ic-chip");
    const unfolded = new Set(); // tasks whose other models are in sight
    let pressed = ""; // the model whose button was pressed
    let said = "";
    panel.tabIndex = -1;

    const toggle = () => {
      const open = panel.classList.toggle("ic-shown");
      chip().setAttribute("aria-expanded", String(open));
      if (open) shown();
    };
    document.addEventListener("click", (event) => { if (event.target.closest("#ic-chip")) toggle(); }, true);
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || event.defaultPrevented) return;
      toggle();
      chip().focus();
    });
    element.addEventListener("toggle", ({ target }) => {
      if (target.dataset.task) unfolded[target.open ? "add" : "delete"](target.dataset.task);
    }, true);
    // A button that was pressed is gone with the next drawing. Until the work is done the panel has the focus.
    element.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-event]");
      if (!button) return;
      pressed = button.dataset.id;
      panel.focus({ preventScroll: true });
    });
    new MutationObserver(() => {
      for (const one of element.querySelectorAll("details[data-task]")) one.open ||= unfolded.has(one.dataset.task);
      const words = element.querySelector("[data-said]")?.textContent || "";
      if (words !== said) ic.say(words);
      said = words;
      const row = [...element.querySelectorAll("[data-model]")].find((one) => one.dataset.model === pressed);
      if (words && document.activeElement === panel) row?.querySelector("button")?.focus({ preventScroll: true });
    }).observe(element, { childList: true, subtree: true });
  };
})();
