"use strict";
// Long work of the tabs. Each tab has one bar: its main button, where the work stands, and Stop.
(() => {
  const ic = window.imagecraft;
  const byId = (id) => document.getElementById(id);

  ic.runs = {}; // by name
  // name: of the run. starters: id of a button -> id of the notice for its problems; the first is the main one.
  // enters: id of a text field -> id of the button that Ctrl+Enter in it presses. player: id of the player that
  // tells the result, if one does. result: id of what a phone scrolls to otherwise.
  ic.run = (element, props, watch, { name, starters, enters, player, result }) => {
    const step = element.querySelector(".ic-step");
    const bar = element.querySelector(".ic-progress");
    const main = Object.keys(starters)[0];
    const stop = `ic-${name}-stop`;
    let working = false;
    let stopping = false;
    let known = false; // whether the server has told of this run: before that, Gradio cannot stop it
    let asked = false; // whether Gradio was asked to stop this run: asked twice, it fails
    let beside; // where a problem of this run belongs
    let saying;
    let listening;

    const listen = async () => {
      try {
        await fetch(new URL("favicon.ico", document.baseURI), { cache: "no-store" });
      } catch {
        stopping = false;
        settled();
      }
    };
    const setBusy = (busy) => {
      if (busy !== working) {
        clearInterval(listening);
        if (busy) listening = setInterval(listen, 4000); // Gradio does not end a run whose server is gone
      }
      working = busy;
      if (!busy && document.activeElement?.id === stop) byId(main)?.focus();
      element.closest(".ic-action")?.toggleAttribute("data-busy", busy);
      for (const id of Object.keys(starters)) byId(id)?.setAttribute("aria-disabled", String(busy));
    };
    const finished = (say, teller) => {
      if (teller) return ic.players[teller].finished(say);
      ic.say(say);
      if (result && ic.narrow()) byId(result)?.scrollIntoView({ behavior: ic.calm() ? "auto" : "smooth" });
    };
    const show = ({ state = "idle", words = "", fraction = null, say = "", player: teller = player }) => {
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
      bar.setAttribute("aria-label", words || ic.words.starting);
      setBusy(busy);
      if (state === "done") finished(say, teller);
      else if (!busy) ic.say(say);
    };
    // A run that is being stopped holds its tab until it has really ended: Gradio stops by control, not by run, and
    // would take a new one down with it.
    const stopped = () => {
      if (!working || stopping) return;
      show({ state: "busy", words: ic.words.stopping });
      stopping = true;
    };
    // After every run, however it ended: a lost connection must not leave the page busy for ever.
    const settled = () => {
      if (!working) return;
      const wanted = stopping;
      stopping = false;
      show({ state: "idle", words: wanted ? ic.words.stopped : "" });
      if (wanted) ic.say(ic.words.stopped);
      else ic.problem(beside, ic.words.lost, ic.words.lostHint);
    };
    const started = (problem = starters[main]) => {
      beside = problem;
      ic.noProblems();
      known = asked = false;
      props.value = { forgotten: true };
      show({ state: "busy", words: ic.words.starting });
    };
    // Files that are still on their way would be left out.
    const waits = () => {
      const sending = byId(main)?.closest(".ic-input")?.querySelector("[aria-busy=true], [data-recording=on]");
      const { sending: words, sendingHint: hint } = sending?.dataset || {};
      if (sending) ic.problem(starters[main], words || ic.words.stillSending, hint || ic.words.stillSendingHint);
      return Boolean(sending);
    };
    const pressed = (event) => {
      const on = (id) => Boolean(event.target.closest(`#${id}`));
      if (on(stop)) {
        stopped();
        if (!known || asked) event.stopImmediatePropagation();
        else asked = true;
      }
      const starter = Object.keys(starters).find(on);
      if (!starter) return;
      if (starter === main && waits()) {
        event.preventDefault();
        event.stopImmediatePropagation();
      } else {
        started(starters[starter]);
      }
    };
    watch("value", () => {
      if (!props.value || props.value.forgotten) return;
      known = true;
      const wanted = stopping;
      show(props.value);
      if (wanted && working && !asked) byId(stop).click();
    });
    setBusy(false);
    ic.runs[name] = { busy: () => working, started, settled, pressed, stop, main, enters, here: () => byId(main)?.checkVisibility() };
  };

  const shown = () => Object.values(ic.runs).find((run) => run.here());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[aria-disabled='true']")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      return;
    }
    for (const run of Object.values(ic.runs)) run.pressed(event);
  }, true);
  document.addEventListener("keydown", (event) => {
    const run = shown();
    if (!run || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      const field = Object.keys(run.enters).find((id) => event.target.closest(`#${id}`));
      byId(field ? run.enters[field] : run.main)?.click();
    } else if (event.key === "Escape" && run.busy()) {
      event.preventDefault();
      byId(run.stop)?.click();
    }
  }, true);
})();
