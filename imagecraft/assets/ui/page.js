"use strict";
// The page around the tabs: what every widget shares, the busy state, announcements, shortcuts, help.
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
    const show = ({ message = "", hint = "" } = {}) => {
      box.querySelector("strong").textContent = message;
      box.querySelector("span").textContent = hint;
      box.hidden = !message;
      const field = document.getElementById(id.replace("-problem", "-field"));
      if (message) field?.setAttribute("aria-invalid", "true"); else field?.removeAttribute("aria-invalid");
      const closed = element.closest("[data-open=false]");
      if (message) closed?.querySelector(".ic-disclosure").click();
      if (message) element.scrollIntoView({ block: "nearest", behavior: ic.calm() ? "auto" : "smooth" });
    };
    notices[id] = show;
    watch("value", () => show(props.value || {}));
  };
  ic.problem = (id, message, hint) => notices[id]?.({ message, hint });
  ic.noProblems = () => Object.values(notices).forEach((show) => show({}));

  // Busy or not.
  const button = (id) => document.getElementById(id);
  let saying;
  let working = false;
  let stopping = false;
  let known = false; // whether the server has told of this run: before that, Gradio cannot stop it
  let asked = false; // whether Gradio was asked to stop this run: asked twice, it fails
  let forget = () => {};
  let listening;
  const listen = async () => {
    try {
      await fetch(new URL("favicon.ico", document.baseURI), { cache: "no-store" });
    } catch {
      stopping = false;
      ic.settled();
    }
  };
  const setBusy = (busy) => {
    if (busy !== working) {
      clearInterval(listening);
      if (busy) listening = setInterval(listen, 4000); // Gradio does not end a run whose server is gone
    }
    working = busy;
    if (!busy && document.activeElement?.id === "ic-stop") button("ic-describe")?.focus();
    document.querySelector(".ic-action")?.toggleAttribute("data-busy", busy);
    for (const id of ["ic-describe", "ic-speak"]) button(id)?.setAttribute("aria-disabled", String(busy));
  };
  let show = () => {};
  ic.status = (element, props, watch) => {
    const step = element.querySelector(".ic-step");
    const bar = element.querySelector(".ic-progress");
    show = ({ state = "idle", words = "", fraction = null, say = "" }) => {
      const busy = state === "busy";
      if (busy && stopping) return;
      if (!busy) stopping = false;
      if (busy && step.textContent !== words) {
        clearTimeout(saying);
        saying = setTimeout(() => ic.say(words), 1500);
      }
      if (!busy) clearTimeout(saying);
      step.textContent = words;
      step.dataset.state = state;
      bar.hidden = !busy;
      if (fraction == null) bar.removeAttribute("value"); else bar.value = fraction;
      bar.setAttribute("aria-label", words);
      setBusy(busy);
      if (state === "done") ic.finished?.(say);
      else if (!busy) ic.say(say);
    };
    forget = () => { known = asked = false; props.value = { forgotten: true }; };
    watch("value", () => {
      if (!props.value || props.value.forgotten) return;
      known = true;
      const wanted = stopping;
      show(props.value);
      if (wanted && working && !asked) button("ic-stop").click();
    });
    setBusy(false);
  };
  ic.busy = () => working;
  let beside; // where a problem of this run belongs
  ic.started = (words, place = "ic-photo-problem") => {
    beside = place;
    ic.noProblems();
    forget();
    show({ state: "busy", words });
  };
  // A run that is being stopped holds the page until it has really ended: Gradio stops by control, not by run, and
  // would take a new one down with it.
  ic.stopped = () => {
    if (!working || stopping) return;
    show({ state: "busy", words: ic.words.stopping });
    stopping = true;
  };
  // After every run, however it ended: a lost connection must not leave the page busy for ever.
  ic.settled = () => {
    if (!working) return;
    const wanted = stopping;
    stopping = false;
    show({ state: "idle", words: wanted ? ic.words.stopped : "" });
    if (wanted) ic.say(ic.words.stopped);
    else ic.problem(beside, ic.words.lost, ic.words.lostHint);
  };

  // Shortcuts.
  const typing = (target) => target.closest("textarea, select, [contenteditable='true'], input:not([type=range]):not([type=radio]):not([type=checkbox])");
  document.addEventListener("keydown", (event) => {
    const dialog = document.querySelector("dialog[open]");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !dialog) {
      event.preventDefault();
      event.stopPropagation();
      const main = [...document.querySelectorAll("button.primary")].find((one) => one.checkVisibility());
      (event.target.closest("#ic-description") ? button("ic-speak") : main)?.click();
    } else if (event.key === "Escape" && !dialog && ic.busy()) {
      event.preventDefault();
      button("ic-stop")?.click();
    } else if (event.key === "?" && !typing(event.target) && !dialog) {
      event.preventDefault();
      document.getElementById("ic-help")?.showModal();
    }
  }, true);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[aria-disabled='true']")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    if (event.target.closest("#ic-help-open")) document.getElementById("ic-help")?.showModal();
    if (event.target.closest("#ic-help-close")) document.getElementById("ic-help")?.close();
    const chip = event.target.closest("#ic-chip");
    if (chip) {
      const panel = document.getElementById("ic-models");
      const open = panel.classList.toggle("ic-shown");
      chip.setAttribute("aria-expanded", String(open));
      if (open) ic.modelsShown();
    }
    if (event.target.closest("#ic-stop")) {
      ic.stopped();
      if (!known || asked) event.stopImmediatePropagation();
      else asked = true;
    }
    if (event.target.closest("#ic-describe") && document.querySelector("#ic-photo [aria-busy=true]")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      ic.problem("ic-photo-problem", ic.words.stillSending, ic.words.stillSendingHint);
      return;
    }
    if (event.target.closest("#ic-describe")) ic.started(ic.words.starting);
    if (event.target.closest("#ic-speak")) ic.started(ic.words.starting, "ic-speech-problem");
  }, true);

  addEventListener("DOMContentLoaded", addSkipLink);
  if (document.body) addSkipLink();
  function addSkipLink() {
    if (document.getElementById("ic-skip")) return;
    const link = document.createElement("a");
    link.id = "ic-skip";
    link.href = "#ic-choose";
    link.textContent = ic.words.skip;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      document.getElementById("ic-choose")?.focus();
    });
    document.body.prepend(link);
  }
})();
