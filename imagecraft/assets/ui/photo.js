"use strict";
// The photo: chosen, dropped, pasted or taken with the camera.
(() => {
  const ic = window.imagecraft;

  ic.photo = (element, props, trigger, upload, watch, id) => {
    const find = (selector) => element.querySelector(selector);
    const root = find(".ic-photo");
    const file = find(".ic-file");
    const photo = find(".ic-stage-photo");
    const note = find(".ic-stage-note");
    const video = find(".ic-stage-camera");

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
    const draw = (value) => show(ic.address(value.preview || value.file), told.path === value.file.path ? told.text : value.name);
    const field = ic.intake(element, props, trigger, upload, watch, {
      id, root, input: file, kinds: ["image/"], words: ic.words, empty, chooser: find("[data-action=choose]"),
      draw: (value) => { if (!value.taken || value.preview) draw(value); }, // else it is shown already
      show: (chosen) => {
        show(URL.createObjectURL(chosen), chosen.name);
        return photo.decode().then(() => true, () => false);
      },
    });
    // What the photo at a path shows, once that is known.
    field.shows = (text, path) => {
      if (!path || props.value?.file?.path !== path) return;
      told = { path: props.value.file.path, text };
      photo.alt = named(text);
    };

    async function paste() {
      try {
        for (const entry of await navigator.clipboard.read()) {
          const type = entry.types.find((one) => one.startsWith("image/"));
          if (type) return field.take(new File([await entry.getType(type)], `pasted.${type.split("/")[1]}`, { type }));
        }
        field.problem(ic.words.pasteEmpty, ic.words.pasteEmptyHint);
      } catch {
        field.problem(ic.words.pasteFailed, ic.words.pasteFailedHint);
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
      field.problem();
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
        field.problem(ic.words.cameraFailed, ic.words.cameraFailedHint);
      }
    }
    const off = () => {
      if (root.dataset.camera !== "on") return;
      leave();
      ic.say(ic.words.cameraOff);
    };
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
      canvas.toBlob((blob) => { leave(); if (blob) field.take(new File([blob], "camera.jpg", { type: "image/jpeg" })); }, "image/jpeg", 0.92);
    };
    addEventListener("keydown", (event) => { if (event.key === "Escape") off(); });
    new ResizeObserver(() => { if (!element.checkVisibility()) off(); }).observe(video); // another tab is shown

    const actions = { choose: () => file.click(), camera: film, paste, remove: field.remove, snap, leave: off };
    element.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) actions[action]();
    });
    find(".ic-stage").addEventListener("click", () => { if (root.dataset.state === "empty" && root.dataset.camera !== "on") file.click(); });
    if (props.value) draw(props.value); else empty();
  };
})();
