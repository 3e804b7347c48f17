"use strict";
// The tab "Evaluation": what is scored, its files, its busy state, and tables that can be sorted and searched.
(() => {
  const ic = window.imagecraft;
  const words = ic.words.evaluation;
  const tab = () => document.querySelector(".ic-evaluation");
  const shown = () => Boolean(tab()?.checkVisibility());
  const button = (id) => document.getElementById(id);

  // One picture, files, or sounds.
  document.addEventListener("change", (event) => {
    if (event.target.name === "ic-score-mode") tab().dataset.mode = event.target.value;
  });

  ic.scoreFile = (element, props, upload) => {
    const root = element.querySelector(".ic-score-file");
    const input = root.querySelector("input");
    const note = element.querySelector("p");
    const say = (text) => { note.textContent = text; note.hidden = !text; };
    let turn = 0;
    const forget = () => { turn += 1; props.value = null; input.value = ""; };
    input.addEventListener("change", async () => {
      const chosen = [...input.files];
      const mine = ++turn;
      props.value = null;
      say("");
      if (!chosen.length) return;
      if (chosen.some((one) => one.size > props.max_bytes)) {
        forget();
        say(ic.fill(words.tooLarge, { limit: Math.floor(props.max_bytes / 1e6) }));
        return;
      }
      root.setAttribute("aria-busy", "true");
      try {
        const sent = [];
        for (const one of chosen) {
          const { path, url } = await upload(one);
          if (mine !== turn) return;
          const file = { path, url, orig_name: one.name, size: one.size, meta: { _type: "gradio.FileData" } };
          sent.push({ file, name: one.name });
        }
        props.value = input.multiple ? sent : sent[0];
      } catch {
        if (mine === turn) { forget(); say(words.notSent); }
      } finally {
        if (mine === turn || !props.value) root.removeAttribute("aria-busy");
      }
    });
  };

  ic.checks = (element, props) => {
    element.addEventListener("change", () => {
      props.value = [...element.querySelectorAll("input:checked")].map((box) => box.value);
    });
  };

  ic.scorePicture = (element, props, watch) => {
    const [figure, image] = element.querySelectorAll("figure, img");
    watch("value", () => {
      const { file, alt = "" } = props.value || {};
      figure.hidden = !file;
      image.alt = alt;
      if (file) image.src = ic.address(file); else image.removeAttribute("src");
    });
  };

  // Busy or not. Problems and results are said in the tab's own live region.
  let busy = false;
  let stopping = false;
  let known = false; // whether the server has told of this run: before that, Gradio cannot stop it
  let saying;
  let started = () => {};
  ic.scoreStatus = (element, props, watch) => {
    const step = element.querySelector(".ic-step");
    const bar = element.querySelector(".ic-progress");
    const live = element.querySelector("[aria-live]");
    const announce = (text) => { live.textContent = ""; requestAnimationFrame(() => { live.textContent = text; }); };
    const draw = ({ state = "idle", words: doing = "", say = "" } = {}) => {
      busy = state === "busy";
      clearTimeout(saying);
      if (busy && step.textContent !== doing) saying = setTimeout(() => announce(doing), 1500);
      step.textContent = doing;
      step.dataset.state = state;
      bar.hidden = !busy;
      bar.setAttribute("aria-label", doing || words.working);
      for (const id of ["ic-score", "ic-caption-it"]) button(id)?.setAttribute("aria-disabled", String(busy));
      element.closest(".ic-score-action")?.toggleAttribute("data-busy", busy);
      if (!busy && document.activeElement?.id === "ic-score-stop") button("ic-score")?.focus();
      if (say) announce(say);
      if (state === "done" && ic.narrow()) button("ic-score-result")?.scrollIntoView({ block: "nearest", behavior: ic.calm() ? "auto" : "smooth" });
    };
    started = () => {
      known = false;
      props.value = null;
      draw({ state: "busy", words: words.working });
    };
    ic.scoreStopping = () => { stopping = true; draw({ state: "busy", words: words.stopping }); };
    // After every run, however it ended. A run that is being stopped holds the tab until then: Gradio stops by
    // control, not by run, and would take a new one down with it.
    ic.scoreSettled = () => {
      if (!busy) return;
      const asked = stopping;
      stopping = false;
      draw({ state: "idle", words: asked ? words.stopped : "", say: asked ? words.stopped : "" });
      if (!asked) ic.problem("ic-score-problem", ic.words.lost, ic.words.lostHint);
    };
    watch("value", () => {
      if (!props.value) return;
      const first = !known;
      known = true;
      if (stopping && props.value.state === "busy") {
        if (first) button("ic-score-stop").click();
        return;
      }
      stopping = false;
      draw(props.value);
    });
    draw();
  };

  document.addEventListener("click", (event) => {
    if (event.target.closest("[aria-disabled='true']")) return;
    if (event.target.closest("#ic-score") || event.target.closest("#ic-caption-it")) started();
    if (event.target.closest("#ic-score-stop") && busy) {
      ic.scoreStopping();
      if (!known) event.stopImmediatePropagation();
    }
  }, true);

  // This tab's shortcuts come before the first tab's, and only while it is shown.
  addEventListener("keydown", (event) => {
    if (!shown() || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      event.stopPropagation();
      button("ic-score")?.click();
    } else if (event.key === "Escape" && busy) {
      event.preventDefault();
      event.stopPropagation();
      button("ic-score-stop")?.click();
    }
  }, true);

  // The first tab takes what is dropped or pasted anywhere; here files go where they are dropped.
  for (const kind of ["dragover", "drop"]) {
    addEventListener(kind, (event) => {
      if (!shown()) return;
      event.stopImmediatePropagation();
      if (!event.target.matches?.("input[type=file]")) event.preventDefault();
    }, true);
  }
  addEventListener("paste", (event) => { if (shown()) event.stopImmediatePropagation(); }, true);

  // Tables.
  document.addEventListener("click", (event) => {
    const sorter = event.target.closest("button[data-sort]");
    if (!sorter) return;
    const head = sorter.closest("th");
    const table = head.closest("table");
    const column = [...head.parentElement.children].indexOf(head);
    const down = head.getAttribute("aria-sort") === "ascending";
    for (const other of table.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const value = (row) => row.children[column].dataset.value ?? row.children[column].textContent;
    const order = sorter.dataset.sort === "number"
      ? (one, other) => Number(value(one)) - Number(value(other))
      : (one, other) => value(one).localeCompare(value(other), undefined, { numeric: true });
    const rows = [...table.tBodies[0].rows].sort(order);
    table.tBodies[0].append(...(down ? rows.reverse() : rows));
  });
  document.addEventListener("input", (event) => {
    if (event.target.id !== "ic-score-search") return;
    const wanted = event.target.value.trim().toLowerCase();
    const rows = [...document.querySelectorAll("#ic-score-items tbody tr")];
    for (const row of rows) row.hidden = !row.textContent.toLowerCase().includes(wanted);
    const left = rows.filter((row) => !row.hidden).length;
    button("ic-score-found").textContent = ic.fill(words.found, { n: left, all: rows.length });
  });
})();
