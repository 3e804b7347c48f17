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

  ic.player = (element, props, watch) => {
    const find = (selector) => element.querySelector(selector);
    const root = find(".ic-player");
    const audio = find("audio");
    const button = find(".ic-play");
    const seek = find(".ic-seek");
    const heard = find("clipPath rect");
    const save = find(".ic-download");
    const autoplay = find(".ic-autoplay");
    const flat = outline(Array(BARS).fill(0));

    const length = () => props.value?.duration || 0;
    const follow = () => {
      const all = length();
      const now = Math.min(audio.currentTime, all);
      seek.value = now;
      heard.setAttribute("width", all ? (now / all) * 960 : 0);
      find(".ic-time").textContent = all ? `${clock(now)} / ${clock(all)}` : "0:00";
      seek.setAttribute("aria-valuetext", ic.fill(ic.words.position, { now: now.toFixed(1), all: all.toFixed(1) }));
    };
    let frame;
    const run = () => { follow(); frame = requestAnimationFrame(run); };
    const playing = (on) => {
      root.dataset.playing = String(on);
      button.setAttribute("aria-label", on ? ic.words.pause : ic.words.play);
      cancelAnimationFrame(frame);
      if (on) run(); else follow();
    };
    audio.addEventListener("play", () => playing(true));
    audio.addEventListener("pause", () => playing(false));
    audio.addEventListener("ended", () => { playing(false); audio.currentTime = 0; });
    audio.addEventListener("seeked", follow);

    const draw = () => {
      const value = props.value;
      const shape = value ? outline(value.peaks) : flat;
      find(".ic-wave-all").setAttribute("d", shape);
      find(".ic-wave-heard").setAttribute("d", shape);
      audio.pause();
      root.dataset.state = value ? "full" : "empty";
      seek.disabled = !value;
      button.setAttribute("aria-disabled", String(!value));
      save.setAttribute("aria-disabled", String(!value));
      if (value) {
        const address = ic.address(value.file);
        audio.src = address;
        save.href = address;
        save.download = value.name;
        seek.max = value.duration;
      } else {
        audio.removeAttribute("src");
        save.removeAttribute("href");
      }
      playing(false);
    };
    watch("value", draw);
    draw();
    button.addEventListener("click", () => { if (audio.paused) audio.play(); else audio.pause(); });
    seek.addEventListener("input", () => { audio.currentTime = Number(seek.value); follow(); });

    autoplay.checked = ic.remembered("playWhenReady", false);
    autoplay.addEventListener("change", () => ic.remember("playWhenReady", autoplay.checked));

    // A result is there, its sound and its words: play it if the visitor asked for that, tell the rest.
    async function tell(say) {
      const caption = document.querySelector("#ic-description textarea")?.value;
      if (caption) ic.photoShows?.(caption);
      const { top } = element.getBoundingClientRect();
      if (ic.narrow() && (top < 0 || top > innerHeight * 0.6)) {
        document.getElementById("ic-result")?.scrollIntoView({ behavior: ic.calm() ? "auto" : "smooth" });
      }
      if (autoplay.checked) {
        try {
          await audio.play();
          ic.say(ic.words.playing);
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
    ic.finished = (say) => { words = say; meet(); };
    watch("value", () => { sound = props.value?.made ?? null; meet(); });
  };
})();
