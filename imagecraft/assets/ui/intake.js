"use strict";
// A file of the visitor's on its way in: chosen, dropped or pasted; shown at once; sent; checked by the server.
(() => {
  const ic = window.imagecraft;

  ic.fields = {}; // by id: the file that is in each
  // What fields for a photo and for a sound share. Tells the page which file is in a field now: the document's event
  // "ic-field", with the field's id and the file.
  // root: is busy while a file is on its way. input: the file input. kinds: types of files that are pasted here. words:
  // what is said. show(file): show it before it is sent; a promise of whether the browser can. draw(value): show what
  // the server took. empty(): show that there is none. chooser: the button that opens the file dialog. aside: takes only
  // what is dropped on it, and the other fields do not.
  ic.intake = (element, props, trigger, upload, watch, { id, root, input, kinds, words, show, draw, empty, chooser, aside = false }) => {
    const problem = (message = "", hint = "") => ic.problem(`${id}-problem`, message, hint);
    let turn = 0; // the newest file wins when two are sent one after the other

    const is = (file) => {
      ic.fields[id].file = file;
      document.dispatchEvent(new CustomEvent("ic-field", { detail: { id, file } }));
    };
    // A file that was refused is not there, and neither is the one before: it would be used unasked.
    const refuse = () => {
      root.removeAttribute("aria-busy");
      props.value = null;
      is(null);
      empty();
    };
    watch("value", () => {
      const { rejected, taken, name } = props.value || {};
      if (rejected) return refuse();
      if (!props.value && root.hasAttribute("aria-busy")) return; // on its way
      is(props.value?.file || null);
      if (props.value) draw(props.value); else empty();
      if (taken) ic.say(`${words.chosen} ${name}`);
    });

    const take = async (chosen) => {
      if (!chosen) return;
      problem();
      const mine = ++turn;
      if (chosen.size > props.max_bytes) {
        refuse();
        problem(words.tooLarge, ic.fill(words.tooLargeHint, { limit: Math.floor(props.max_bytes / 1e6) }));
        return;
      }
      root.setAttribute("aria-busy", "true");
      props.value = null; // until this one is here; never the one before in its place
      is(null);
      const shown = show(chosen);
      try {
        const sent = await upload(chosen);
        if (mine !== turn) return;
        const file = { path: sent.path, url: sent.url, orig_name: chosen.name, size: chosen.size, meta: { _type: "gradio.FileData" } };
        props.value = { file, preview: null, name: chosen.name, shown: await shown };
        trigger("picked");
      } catch (error) {
        console.error(error);
        if (mine !== turn) return;
        refuse();
        problem(words.sendFailed, words.sendFailedHint);
      } finally {
        if (mine === turn) root.removeAttribute("aria-busy");
      }
    };
    const remove = () => {
      turn += 1;
      refuse();
      problem();
      ic.say(words.removed);
      chooser.focus();
    };
    ic.fields[id] = { file: null, take, remove, problem };

    input.addEventListener("change", () => { take(input.files[0]); input.value = ""; });

    // Dropping: anywhere on the page, so that a file that misses the frame does not replace the page.
    root.toggleAttribute("data-aside", aside);
    const isMine = ({ target }) => (aside ? root.contains(target) : !target.closest?.("[data-aside]"));
    const carriesFiles = (event) => element.checkVisibility() && [...(event.dataTransfer?.types || [])].includes("Files") && isMine(event);
    addEventListener("dragover", (event) => {
      root.classList.toggle("ic-over", carriesFiles(event));
      if (carriesFiles(event)) event.preventDefault();
    });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) root.classList.remove("ic-over"); });
    addEventListener("drop", (event) => {
      root.classList.remove("ic-over");
      if (!carriesFiles(event)) return;
      event.preventDefault();
      take(event.dataTransfer.files[0]);
    });
    addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files || [])].find((one) => kinds.some((kind) => one.type.startsWith(kind)));
      if (!pasted || !element.checkVisibility()) return;
      event.preventDefault();
      take(pasted);
    });
    return ic.fields[id];
  };
})();
