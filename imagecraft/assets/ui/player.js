"use strict";
// The player: the browser's own audio under one large button and a slider shaped like the sound.
(() => {
  const ic = window.imagecraft;
  const BARS = 160;
  const BAR_STEP = 960 / BARS;

  const clock = (seconds) => {
    const whole = Math.max(0, Math.round(seconds));
    return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
  };
  const outline = (peaks) => peaks.map((peak, index) => {
    const half = Math.max(1.5, peak * 48);
    return `M${(index * BAR_STEP + 1).toFixed(1)} ${(50 - half).toFixed(1)}h${BAR_STEP - 2}v${(2 * half).toFixed(1)}h-${BAR_STEP - 2}z`;
  }).join("");

  ic.players = {}; // by id
  // run: name of the run that makes its sounds. result: id of what a phone scrolls to. play: name of its button.
  // playing: said when it plays by itself. asked: its sounds are made only for who asks to hear them, and play at once. Tells the page that a result has come, with the element's event "ic-told".
  ic.player = (element, props, watch, { id, run: runName, result, play: playWords, playing: playingWords, asked = false }) => {
    const find = (selector) => element.querySelector(selector);
    const root = find(".ic-player");
    const audio = find("audio");
    const button = find(".ic-play");
    const seek = find(".ic-seek");
    const heard = find("clipPath rect");
    const save = find(".ic-download");
    const autoplay = find(".ic-autoplay");
    const flat = outline(Array(BARS).fill(0));

    // What is loaded: a whole sound, or parts of one that is still being made, heard one after the other.
    let loaded = null; // the value
    let part = 0; // index of the part that the audio element holds
    let starved = false; // heard all that there is, while more is being made
    let whole = null; // the whole sound, while one of its parts is being heard to its end
    const length = () => (whole || loaded)?.duration || 0;
    const start = (index) => (loaded.file ? 0 : loaded.parts.slice(0, index).reduce((sum, one) => sum + one.duration, 0));
    const time = () => Math.min((loaded ? start(part) : 0) + audio.currentTime, length());
    const follow = () => {
      const all = length();
      const now = time();
      seek.value = now;
      heard.setAttribute("width", all ? (now / all) * 960 : 0);
      find(".ic-time").textContent = all ? `${clock(now)} / ${clock(all)}` : "0:00";
      seek.setAttribute("aria-valuetext", ic.fill(ic.words.position, { now: now.toFixed(1), all: all.toFixed(1) }));
    };
    const put = (file) => { audio.src = ic.address(file); };
    const jump = (to) => {
      if (whole) goOn();
      if (loaded.file) {
        audio.currentTime = to;
      } else {
        const on = !audio.paused;
        let index = loaded.parts.length - 1;
        while (index > 0 && start(index) > to) index -= 1;
        if (index !== part) put(loaded.parts[(part = index)].file);
        audio.currentTime = to - start(part);
        if (on) audio.play();
      }
      follow();
    };
    let frame;
    const run = () => { follow(); frame = requestAnimationFrame(run); };
    const playing = (on) => {
      root.dataset.playing = String(on);
      button.setAttribute("aria-label", on ? ic.words.pause : playWords);
      cancelAnimationFrame(frame);
      if (on) run(); else follow();
    };
    audio.addEventListener("play", () => { starved = false; playing(true); });
    audio.addEventListener("pause", () => { playing(false); if (whole && !audio.ended) goOn(); });
    audio.addEventListener("ended", () => {
      if (whole) {
        goOn();
      } else if (loaded.file || (part === loaded.parts.length - 1 && !ic.runs[runName].busy())) {
        playing(false);
        if (loaded.file) audio.currentTime = 0; else put(loaded.parts[(part = 0)].file);
        follow();
      } else if (part < loaded.parts.length - 1) {
        put(loaded.parts[(part += 1)].file);
        audio.play();
      } else {
        starved = true;
      }
    });
    audio.addEventListener("seeked", follow);

    // The whole sound takes the place of its parts at the same moment of it.
    const goOn = () => {
      const at = starved || audio.ended ? start(part) + loaded.parts[part].duration : time();
      const on = starved || audio.ended || !audio.paused;
      show(whole);
      audio.currentTime = Math.min(at, length());
      if (on) audio.play();
      follow();
    };
    const show = (value) => {
      audio.pause();
      loaded = value;
      part = 0;
      starved = false;
      whole = null;
      audio.loop = Boolean(value?.loop); // made to be heard round and round
      root.dataset.state = value ? "full" : "empty";
      seek.disabled = !value;
      button.setAttribute("aria-disabled", String(!value));
      if (value) put(value.file || value.parts[0].file); else audio.removeAttribute("src");
      playing(false);
      outlined();
    };
    const outlined = () => {
      const known = whole || loaded;
      const shape = known ? outline(known.peaks) : flat;
      find(".ic-wave-all").setAttribute("d", shape);
      find(".ic-wave-heard").setAttribute("d", shape);
      seek.max = length() || 1;
      save.setAttribute("aria-disabled", String(!known?.file));
      if (known?.file) {
        save.href = ic.address(known.file);
        save.download = known.name;
      } else {
        save.removeAttribute("href");
      }
      follow();
    };
    const more = (value) => {
      loaded = value;
      outlined();
      if (!starved) return;
      starved = false;
      put(loaded.parts[(part += 1)].file);
      audio.play();
    };
    const draw = () => {
      const value = props.value;
      const same = value && loaded && !loaded.file && value.made === loaded.made;
      if (same && value.file) {
        whole = value;
        // Not in the middle of a word: the part that is being heard is heard to its end first.
        if (audio.paused || audio.ended) goOn(); else outlined();
      } else if (same) {
        more(value);
      } else if (!value || value.file) {
        show(value);
      } else if (!loaded || autoplay.checked) {
        show(value);
        if (autoplay.checked) begin();
      } // else: the sound before stays until the new one is whole
    };
    button.addEventListener("click", () => { if (audio.paused) audio.play(); else audio.pause(); });
    seek.addEventListener("input", () => jump(Number(seek.value)));

    autoplay.checked = ic.remembered("playWhenReady", false);
    autoplay.addEventListener("change", () => ic.remember("playWhenReady", autoplay.checked));

    let begun = null; // the sound that was begun by itself, before it was whole
    const begin = () => audio.play().then(() => {
      begun = loaded.made;
      ic.say(playingWords);
    }, () => { /* the browser refused: it is told when the sound is whole */ });
    watch("value", draw);
    draw();

    // A result is there, its sound and its words: play it if the visitor asked for that, tell the rest.
    async function tell(say) {
      element.dispatchEvent(new CustomEvent("ic-told", { bubbles: true }));
      const { top } = element.getBoundingClientRect();
      if (ic.narrow() && (top < 0 || top > innerHeight * 0.6)) {
        document.getElementById(result)?.scrollIntoView({ behavior: ic.calm() ? "auto" : "smooth" });
      }
      if (begun === props.value?.made) return;
      if (autoplay.checked || asked) {
        try {
          await audio.play();
          ic.say(playingWords);
          return;
        } catch { /* the browser refused: say it in words instead */ }
      }
      ic.say(say);
    }
    let sound = null; // when the newest sound was made
    let told = null; // when the one was made that was told last
    let words = null;
    const meet = () => {
      if (words === null || sound === told) return;
      told = sound;
      tell(words);
      words = null;
    };
    ic.players[id] = { finished: (say) => { words = say; meet(); } };
    watch("value", () => { sound = props.value?.file ? props.value.made : null; meet(); });
  };
})();
