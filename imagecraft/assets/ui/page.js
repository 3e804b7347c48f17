"use strict";
// The page around the tabs: what every widget shares, announcements, problems, help, the way to the input.
(() => {
  const ic = window.imagecraft;

  ic.fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
  ic.address = (file) => new URL(file.url || `gradio_api/file=${encodeURI(file.path)}`, document.baseURI).href;
  ic.narrow = () => window.matchMedia("(max-width: 899px)").matches;
  ic.calm = () => window.matchMedia("(prefers-reduced-motion: reduce)").matches;

  // Storage may be refused (private windows, blocked cookies); the page works without it.
  ic.remembered = (key, fallback) => {
    try { return JSON.parse(localStorage.getItem(`imagecraft.${key}`)) ?? fallback; } catch { return fallback; }
  };
  ic.remember = (key, value) => {
    try { localStorage.setItem(`imagecraft.${key}`, JSON.stringify(value)); } catch { /* see above */ }
  };

  // Announcements: one polite live region. Emptied first, so that the same words twice are heard twice.
  ic.say = (words) => {
    const live = document.getElementById("ic-live");
    if (!live || !words) return;
    live.textContent = "";
    requestAnimationFrame(() => { live.textContent = words; });
  };

  // Problems, beside what caused them.
  const notices = {};
  ic.notice = (id, element, props, watch) => {
    const box = element.querySelector(".ic-notice");
    const operators = box.querySelector(".ic-operators");
    const show = ({ message = "", hint = "", operators: more = "" } = {}) => {
      box.querySelector("strong").textContent = message;
      box.querySelector("span").textContent = hint;
      operators.querySelector("p").textContent = more;
      operators.hidden = !more;
      operators.open = false;
      box.hidden = !message;
      const field = document.getElementById(id.replace("-problem", "-field"));
      if (message) field?.setAttribute("aria-invalid", "true"); else field?.removeAttribute("aria-invalid");
      const closed = element.closest("[data-open=false]");
      if (message) closed?.querySelector(".ic-disclosure").click();
      if (message) box.scrollIntoView({ block: "nearest", behavior: ic.calm() ? "auto" : "smooth" });
    };
    notices[id] = show;
    watch("value", () => show(props.value || {}));
  };
  ic.problem = (id, message, hint) => notices[id]?.({ message, hint });
  ic.noProblems = () => Object.values(notices).forEach((show) => show({}));

  // Shortcuts.
  const typing = (target) => target.closest("textarea, select, [contenteditable='true'], input:not([type=range]):not([type=radio]):not([type=checkbox])");
  document.addEventListener("keydown", (event) => {
    if (event.key === "?" && !typing(event.target) && !document.querySelector("dialog[open]")) {
      event.preventDefault();
      document.getElementById("ic-help")?.showModal();
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("#ic-help-open")) document.getElementById("ic-help")?.showModal();
    if (event.target.closest("#ic-help-close")) document.getElementById("ic-help")?.close();
  }, true);

  // A file that misses its field must not replace the page.
  for (const kind of ["dragover", "drop"]) {
    addEventListener(kind, (event) => { if (!event.target.matches?.("input[type=file]")) event.preventDefault(); });
  }

  addEventListener("DOMContentLoaded", addSkipLink);
  if (document.body) addSkipLink();
  function addSkipLink() {
    if (document.getElementById("ic-skip")) return;
    const link = document.createElement("a");
    link.id = "ic-skip";
    link.href = "#ic-tabs";
    link.textContent = ic.words.skip;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      const inputs = [...document.querySelectorAll(".ic-input :is(button, input:not([tabindex='-1']), textarea, select)")];
      inputs.find((one) => one.checkVisibility())?.focus();
    });
    document.body.prepend(link);
  }
})();
