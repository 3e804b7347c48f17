"use strict";
// The photo: chosen, dropped, pasted or taken; shown at once; sent; checked by the server.
(() => {
  const ic = window.imagecraft;

  ic.photos = {}; // by id
  // Tells the page which photo is in a field now: the document's event "ic-photo", with the field's id and the file.
  ic.photo = (element, props, trigger, upload, watch, id) => {
    const PROBLEM = `${id}-problem`;
    const is = (file) => {
      ic.photos[id].file = file;
      document.dispatchEvent(new CustomEvent("ic-photo", { detail: { id, file } }));
    };
    const find = (selector) => element.querySelector(selector);
    const root = find(".ic-photo");
    const file = find(".ic-file");
    const photo = find(".ic-stage-photo");
    const note = find(".ic-stage-note");
    const video = find(".ic-stage-camera");
    let turn = 0; // the newest photo wins when two are sent one after the other

    const words = (text) => { note.textContent = text; note.hidden = !text; };
    const state = (name) => {
      root.dataset.state = name;
      find("[data-action=remove]").hidden = name === "empty";
    };
    let told = {}; // what a photo shows, once that is known
    const named = (words) => `${ic.words.yourPhoto}: ${words}`;
    const show = (address, about) => {
      words("");
      photo.hidden = false;
      photo.alt = named(about);
      photo.src = address;
      state("full");
    };
    photo.addEventListener("error", () => {
      if (!photo.getAttribute("src")) return;
      photo.hidden = true;
      words(ic.words.noPreview);
    });
    const empty = () => {
      photo.hidden = true;
      photo.removeAttribute("src");
      words("");
      state("empty");
    };
    const draw = () => {
      const value = props.value;
      if (!value) return empty();
      show(ic.address(value.preview || value.file), told.path === value.file.path ? told.text : value.name);
    };
    // A photo that was refused is not there, and neither is the one before: it would be described unasked.
    const refuse = () => {
      root.removeAttribute("aria-busy");
      props.value = null;
      is(null);
      empty();
    };
    watch("value", () => {
      const { rejected, taken, preview, name } = props.value || {};
      if (rejected) return refuse();
      if (!props.value && root.hasAttribute("aria-busy")) return; // on its way
      is(props.value?.file || null);
      if (!taken || preview) draw();
      if (taken) ic.say(`${ic.words.chosen} ${name}`);
    });

    async function take(chosen) {
      if (!chosen) return;
      ic.problem(PROBLEM, "", "");
      const mine = ++turn;
      if (chosen.size > props.max_bytes) {
        refuse();
        const limit = Math.floor(props.max_bytes / 1e6);
        ic.problem(PROBLEM, ic.words.tooLarge, ic.fill(ic.words.tooLargeHint, { limit }));
        return;
      }
      root.setAttribute("aria-busy", "true");
      props.value = null; // until this one is here; never the one before in its place
      is(null);
      show(URL.createObjectURL(chosen), chosen.name);
      const shown = photo.decode().then(() => true, () => false);
      try {
        const sent = await upload(chosen);
        if (mine !== turn) return;
        const data = { path: sent.path, url: sent.url, orig_name: chosen.name, size: chosen.size, meta: { _type: "gradio.FileData" } };
        props.value = { file: data, preview: null, name: chosen.name, shown: await shown };
        trigger("picked");
      } catch (error) {
        console.error(error);
        if (mine !== turn) return;
        refuse();
        ic.problem(PROBLEM, ic.words.sendFailed, ic.words.sendFailedHint);
      } finally {
        if (mine === turn) root.removeAttribute("aria-busy");
      }
    }
    // What the photo at a path shows, once that is known.
    const shows = (text, path) => {
      if (!path || props.value?.file?.path !== path) return;
      told = { path: props.value.file.path, text };
      photo.alt = named(text);
    };
    ic.photos[id] = { take, shows, file: null };

    // Choosing and removing.
    file.addEventListener("change", () => { take(file.files[0]); file.value = ""; });
    const remove = () => {
      turn += 1;
      refuse();
      ic.problem(PROBLEM, "", "");
      ic.say(ic.words.removed);
      find("[data-action=choose]").focus();
    };

    // Dropping: anywhere on the page, so that a photo that misses the frame does not replace the page.
    const carriesFiles = (event) => element.checkVisibility() && [...(event.dataTransfer?.types || [])].includes("Files");
    addEventListener("dragover", (event) => {
      if (!carriesFiles(event)) return;
      event.preventDefault();
      root.classList.add("ic-over");
    });
    addEventListener("dragleave", (event) => { if (!event.relatedTarget) root.classList.remove("ic-over"); });
    addEventListener("drop", (event) => {
      root.classList.remove("ic-over");
      if (!carriesFiles(event)) return;
      event.preventDefault();
      take(event.dataTransfer.files[0]);
    });

    // Pasting.
    addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files || [])].find((one) => one.type.startsWith("image/"));
      if (!pasted || !element.checkVisibility()) return;
      event.preventDefault();
      take(pasted);
    });
    async function paste() {
      try {
        for (const entry of await navigator.clipboard.read()) {
          const type = entry.types.find((one) => one.startsWith("image/"));
          if (type) return take(new File([await entry.getType(type)], `pasted.${type.split("/")[1]}`, { type }));
        }
        ic.problem(PROBLEM, ic.words.pasteEmpty, ic.words.pasteEmptyHint);
      } catch {
        ic.problem(PROBLEM, ic.words.pasteFailed, ic.words.pasteFailedHint);
      }
    }

    // The camera.
    const camera = (on) => {
      video.hidden = !on;
      find(".ic-camera-buttons").hidden = !on;
      find(".ic-photo-buttons").hidden = on;
      root.dataset.camera = on ? "on" : "off";
    };
    async function film() {
      ic.problem(PROBLEM, "", "");
      if (!navigator.mediaDevices?.getUserMedia) {
        file.setAttribute("capture", "environment");
        file.click();
        file.removeAttribute("capture");
        return;
      }
      try {
        video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
        camera(true);
        await video.play();
        find("[data-action=snap]").focus();
        ic.say(ic.words.cameraReady);
      } catch {
        leave();
        ic.problem(PROBLEM, ic.words.cameraFailed, ic.words.cameraFailedHint);
      }
    }
    const leave = () => {
      video.srcObject?.getTracks().forEach((track) => track.stop());
      video.srcObject = null;
      const had = element.contains(document.activeElement) && root.dataset.camera === "on";
      camera(false);
      if (had) find("[data-action=camera]").focus();
    };
    const snap = () => {
      const canvas = document.createElement("canvas");
      canvas.width = video.videoWidth;
      canvas.height = video.videoHeight;
      canvas.getContext("2d").drawImage(video, 0, 0);
      canvas.toBlob((blob) => { leave(); if (blob) take(new File([blob], "camera.jpg", { type: "image/jpeg" })); }, "image/jpeg", 0.92);
    };
    addEventListener("keydown", (event) => { if (event.key === "Escape" && root.dataset.camera === "on") leave(); });

    const actions = { choose: () => file.click(), camera: film, paste, remove, snap, leave };
    element.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) actions[action]();
    });
    find(".ic-stage").addEventListener("click", () => { if (root.dataset.state === "empty" && root.dataset.camera !== "on") file.click(); });
    draw();
  };
})();
