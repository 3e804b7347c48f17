"use strict";
// The sound: chosen, dropped, pasted or recorded; heard again before it is used.
(() => {
  const ic = window.imagecraft;
  const LOOK_MS = 100;
  const QUIETEST_DB = -60;
  const FALLS = 6; // per cent by which the meter falls at each look, so that short sounds are seen
  const FAINT = 12; // per cent of the meter below which too little is heard
  const ENDINGS = { webm: "webm", ogg: "ogg", mp4: "m4a" };

  const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

  // How loud it is, 0 to 100: the level in dB of full scale between QUIETEST_DB and 0.
  const meter = (stream) => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    analyser.fftSize = 4096;
    context.createMediaStreamSource(stream).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    return {
      level: () => {
        analyser.getFloatTimeDomainData(samples);
        const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
        const decibels = 10 * Math.log10(power + 1e-12);
        return Math.round(100 * Math.min(1, Math.max(0, 1 - decibels / QUIETEST_DB)));
      },
      close: () => context.close(),
    };
  };

  // longest: seconds after which a recording ends by itself. name: of the field. aside: it is not the tab's own field;
  // the server is told when its sound is removed.
  ic.sound = (element, props, trigger, upload, watch, { id, longest, name: called, aside }) => {
    const words = ic.words.sound;
    const find = (selector) => element.querySelector(selector);
    const root = find(".ic-sound");
    const file = find(".ic-file");
    const name = find(".ic-sound-name");
    if (called) {
      root.setAttribute("role", "group");
      root.setAttribute("aria-label", called);
    }

    // The player inside: given its sounds here, not by the server.
    const preview = { value: null };
    const told = [];
    let local = ""; // address of the file that the browser has
    ic.player(element, preview, (_, then) => told.push(then), { id: `${id}-preview`, run: "", result: "", play: words.play, playing: "" });
    const put = (value) => {
      preview.value = value;
      told.forEach((then) => then());
    };
    const state = (name) => {
      root.dataset.state = name;
      find("[data-action=remove]").hidden = name === "empty" || root.dataset.recording === "on";
    };
    const field = ic.intake(element, props, trigger, upload, watch, {
      id, root, input: file, kinds: ["audio/", "video/"], words, aside, chooser: find("[data-action=choose]"),
      show: (chosen) => {
        put(null);
        URL.revokeObjectURL(local);
        local = URL.createObjectURL(chosen);
        name.textContent = `${chosen.name} · ${words.reading}`;
        state("full");
      },
      draw: ({ name: known, preview: sound, notices = [] }) => {
        name.textContent = [known, ...notices].join(" · ");
        if (sound && sound.made !== preview.value?.made) put({ file: { url: local }, ...sound });
        state("full");
      },
      empty: () => {
        put(null);
        name.textContent = "";
        state("empty");
      },
    });

    // Recording.
    let recorder = null;
    let asking = false;
    let kept = true;
    const show = (on) => {
      const had = element.contains(document.activeElement);
      root.dataset.recording = on ? "on" : "off";
      root.dataset.sending = on ? words.stillRecording : words.stillSending;
      root.dataset.sendingHint = on ? words.stillRecordingHint : "";
      find(".ic-stage-recording").hidden = !on;
      find(".ic-recording-buttons").hidden = !on;
      find(".ic-photo-buttons").hidden = on;
      state(root.dataset.state);
      if (had) find(`[data-action=${on ? "stop" : "record"}]`).focus();
    };
    const follow = (stream) => {
      const measured = meter(stream);
      const box = find(".ic-level");
      const began = performance.now();
      let loudest = 0;
      let level = 0;
      const look = setInterval(() => {
        const seconds = (performance.now() - began) / 1000;
        level = Math.max(measured.level(), level - FALLS, 0);
        loudest = Math.max(loudest, level);
        box.setAttribute("aria-valuenow", level);
        box.firstElementChild.style.width = `${level}%`;
        find(".ic-clock").textContent = `${clock(seconds)} / ${clock(longest)}`;
        find(".ic-level-words").textContent = seconds > 2 && loudest < FAINT ? words.tooQuiet : words.listening;
        if (seconds >= longest) stop(words.recordedFull);
        else if (!element.checkVisibility()) stop(); // another tab is shown
      }, LOOK_MS);
      return () => { clearInterval(look); measured.close(); };
    };
    async function record() {
      if (asking || recorder) return;
      field.problem();
      if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return field.problem(words.noRecorder, words.noRecorderHint);
      asking = true;
      try {
        // What the browser does to make voices clear would take away rain, wind and engines.
        const audio = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
        begin(await navigator.mediaDevices.getUserMedia({ audio }));
      } catch (error) {
        const [message, hint] = words.microphone[error.name] || words.microphone.other;
        field.problem(message, hint);
      } finally {
        asking = false;
      }
    }
    const begin = (stream) => {
      document.querySelectorAll("audio").forEach((one) => one.pause()); // not to be recorded too
      const pieces = [];
      const made = new MediaRecorder(stream);
      const end = follow(stream);
      kept = true;
      made.addEventListener("dataavailable", (event) => pieces.push(event.data));
      made.addEventListener("stop", () => {
        end();
        stream.getTracks().forEach((track) => track.stop());
        recorder = null;
        show(false);
        const type = (made.mimeType || pieces[0]?.type || "audio/webm").split(";")[0];
        if (kept) field.take(new File(pieces, `recording.${ENDINGS[type.split("/")[1]] || "webm"}`, { type }));
      });
      stream.getTracks().forEach((track) => track.addEventListener("ended", () => stop(words.microphoneGone)));
      made.start();
      recorder = made;
      show(true);
      ic.say(words.recordingNow);
    };
    const stop = (said = words.recorded) => {
      if (recorder?.state !== "recording") return;
      recorder.stop();
      ic.say(said);
    };
    const discard = () => {
      kept = false;
      stop(words.discarded);
    };
    addEventListener("keydown", (event) => { if (event.key === "Escape") stop(); });

    const remove = () => {
      field.remove();
      if (aside) trigger("picked");
    };
    const actions = { choose: () => file.click(), record, stop: () => stop(), discard, remove };
    element.addEventListener("click", (event) => {
      const action = event.target.closest("[data-action]")?.dataset.action;
      if (action) actions[action]();
    });
    find(".ic-stage").addEventListener("click", (event) => {
      if (root.dataset.state === "empty" && root.dataset.recording !== "on" && !event.target.closest("button")) file.click();
    });
    show(false);
    state("empty");
  };
})();
