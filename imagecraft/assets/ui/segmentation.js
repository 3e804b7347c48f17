"use strict";
// The tab "Segmentation": a picture whose regions can be met by touch, mouse, keyboard and screen reader.
(() => {
  const ic = window.imagecraft;
  const words = ic.words.segmentation;
  const SVG = "http://www.w3.org/2000/svg";
  const LEAST_TARGET = 44; // pixels
  const WORDS_AFTER = 0.8; // seconds of a region's sound before its words come over it
  const BELOW_WORDS = 0.2; // how loud it stays then

  const svg = (name, attributes) => {
    const node = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
    return node;
  };

  // What patterns are made of, on a tile of 12 by 12; the same as those of the pictures that are saved.
  const INK = {
    rising: "M-3 3L3 -3M-3 15L15 -3M9 15L15 9", falling: "M9 -3L15 3M-3 -3L15 15M-3 9L3 15",
    level: "M0 3H12M0 9H12", upright: "M3 0V12M9 0V12", checks: "M0 3H6M6 9H12", crosses: "M0 6H12M6 0V12",
    bricks: "M0 1H12M0 7H12M3 1V7M9 7V13", zigzag: "M-3 9L3 3L9 9L15 3", dashes: "M0 3H6M6 9H12", diamonds: "M6 1L11 6L6 11L1 6Z",
    pluses: "M2 6H10M6 2V10",
    dots: "M6 6h.01", rings: "M6 3a3 3 0 1 0 .01 0",
  };
  const WIDTH = { checks: 6, dots: 6.5, rings: 2.2, rising: 3, falling: 3, level: 2.2, upright: 2.2, crosses: 2.4, bricks: 1.8, zigzag: 2.6, dashes: 2.6, diamonds: 2.4, pluses: 2.6 };
  const pattern = (id, { pattern: name, colour }, scale) => {
    const tile = svg("pattern", { id, width: 12, height: 12, patternUnits: "userSpaceOnUse", patternTransform: `scale(${scale})` });
    tile.append(
      svg("rect", { width: 12, height: 12, fill: colour, "fill-opacity": 0.3 }),
      svg("path", { d: INK[name], stroke: colour, "stroke-width": WIDTH[name], fill: name === "diamonds" ? colour : "none", "stroke-linecap": name === "dots" ? "round" : "butt" }),
    );
    return tile;
  };

  // Sounds: one file with everything in it, decoded when the result comes, so that a touch is heard at once.
  const speaker = () => {
    let context;
    let buffer = null;
    let turn = 0;
    let playing = [];
    const silence = () => { playing.forEach((one) => one.stop()); playing = []; };
    const load = async (file) => {
      const mine = ++turn;
      silence();
      buffer = null;
      if (!file) return;
      const data = await (await fetch(ic.address(file))).arrayBuffer();
      const decoded = await new OfflineAudioContext(1, 1, 44100).decodeAudioData(data);
      if (mine === turn) buffer = decoded;
    };
    const part = ({ start, duration }, when, to) => {
      const source = context.createBufferSource();
      source.buffer = buffer;
      source.connect(to);
      source.start(when, start, duration);
      playing.push(source);
    };
    // A region's sound from where it is, then its words.
    const play = ({ sound, speech, pan }, { sounds, aloud }) => {
      if (!buffer) return false;
      context ??= new AudioContext({ latencyHint: "interactive" });
      context.resume();
      silence();
      const now = context.currentTime;
      const wait = sounds && sound ? Math.min(sound.duration, WORDS_AFTER) : 0;
      if (sounds && sound) {
        const place = new StereoPannerNode(context, { pan });
        const level = new GainNode(context);
        if (aloud && speech) level.gain.setTargetAtTime(BELOW_WORDS, now + wait, 0.05);
        place.connect(level).connect(context.destination);
        part(sound, now, place);
      }
      if (aloud && speech) part(speech, now + wait, context.destination);
      return true;
    };
    return { load, play, silence, ready: () => Boolean(buffer) };
  };

  ic.explorers = {}; // by id
  ic.explore = (element, props, watch, { id, opacity, variant, player }) => {
    const find = (selector) => element.querySelector(selector);
    const root = find(".ic-explorer");
    const scene = find(".ic-scene");
    const photo = find(".ic-scene-photo");
    const shapes = find(".ic-scene-shapes");
    const targets = find(".ic-scene-targets");
    const told = find(".ic-told");
    const sound = speaker();
    const hears = ic.remembered("explorer", { aloud: true, sounds: true, names: true });
    let made; // which result is shown
    let regions = new Map(); // by number

    const button = (number) => targets.querySelector(`[data-number="${number}"]`);
    const mark = (number) => {
      for (const one of shapes.querySelectorAll("[data-number]")) one.toggleAttribute("data-here", one.dataset.number === String(number));
      told.textContent = number ? regions.get(number).words : "";
    };
    const focusable = (number) => {
      for (const one of targets.children) one.tabIndex = one.dataset.number === String(number) ? 0 : -1;
    };
    const meet = (number, focus = true) => {
      mark(number);
      const own = button(number);
      if (own) {
        focusable(number);
        if (focus) own.focus({ preventScroll: true });
      }
      const region = regions.get(number);
      if (region && sound.play(region, hears)) root.dataset.heard = number;
    };
    const at = (event) => {
      const shape = document.elementsFromPoint(event.clientX, event.clientY).find((one) => one.matches?.(".ic-shape") && shapes.contains(one));
      return shape ? Number(shape.dataset.number) : 0;
    };

    // Pointers. A finger or a pressed mouse meets regions as it moves; a mouse alone only sees them named.
    let pressed = false;
    let last = 0;
    let met = false; // whether a pointer has met something: the click that follows says nothing more
    const nothing = () => { mark(0); sound.silence(); told.textContent = words.background; };
    scene.addEventListener("pointerdown", (event) => {
      if (root.dataset.state !== "full" || event.button) return;
      const over = event.target.closest("button");
      pressed = true;
      last = at(event) || Number(over?.dataset.number || 0);
      met = true;
      event.preventDefault();
      if (last) meet(last); else nothing();
    });
    scene.addEventListener("pointermove", (event) => {
      if (root.dataset.state !== "full") return;
      const here = at(event);
      if (here === last && pressed) return;
      if (pressed) {
        last = here;
        if (here) meet(here); else nothing();
      } else if (event.pointerType === "mouse") {
        mark(here || Number(document.activeElement?.dataset?.number || 0));
      }
    });
    for (const name of ["pointerup", "pointercancel"]) {
      addEventListener(name, () => {
        pressed = false;
        setTimeout(() => { met = false; }, 400); // the click comes before that
      });
    }
    scene.addEventListener("pointerleave", () => mark(Number(document.activeElement?.closest(`#${id} button`)?.dataset.number || 0)));
    targets.addEventListener("click", (event) => {
      const number = Number(event.target.closest("button")?.dataset.number || 0);
      if (number && !met) meet(number);
    });

    // Keys: the arrows go from region to region as one reads.
    const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
    targets.addEventListener("keydown", (event) => {
      const all = [...targets.children];
      const here = all.indexOf(event.target);
      if (here < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
      let next;
      if (event.key in STEPS) next = Math.min(all.length - 1, Math.max(0, here + STEPS[event.key]));
      else if (event.key === "Home") next = 0;
      else if (event.key === "End") next = all.length - 1;
      else if (event.key === "Escape") { sound.silence(); return; }
      else return;
      event.preventDefault();
      meet(Number(all[next].dataset.number));
    });
    targets.addEventListener("focusin", (event) => { if (event.target.matches("button")) mark(Number(event.target.dataset.number)); });
    targets.addEventListener("focusout", () => mark(0));

    // Drawing.
    const layOut = () => {
      const { size = [1, 1] } = props.value || {};
      const scale = scene.clientWidth / size[0] || 1;
      for (const one of targets.children) {
        const [x, y, width, height] = regions.get(Number(one.dataset.number)).target;
        const wide = Math.max(LEAST_TARGET, width * scale);
        const high = Math.max(LEAST_TARGET, height * scale);
        const left = Math.min(Math.max(0, (x + width / 2) * scale - wide / 2), Math.max(0, size[0] * scale - wide));
        const top = Math.min(Math.max(0, (y + height / 2) * scale - high / 2), Math.max(0, size[1] * scale - high));
        one.style.cssText = `left:${left}px;top:${top}px;width:${wide}px;height:${high}px`;
      }
    };
    new ResizeObserver(layOut).observe(scene);
    const tag = ({ frame: [left, top, right, bottom], size, label, colour, ink }) => {
      const group = svg("g", { class: "ic-tag" });
      group.append(
        svg("rect", { x: left, y: top, width: right - left, height: bottom - top, rx: size * 0.35, fill: colour, stroke: ink, "stroke-width": Math.max(1, size / 14) }),
        Object.assign(svg("text", { x: (left + right) / 2, y: (top + bottom) / 2, fill: ink, "font-size": size, "text-anchor": "middle", "dominant-baseline": "central", textLength: right - left - 0.8 * size, lengthAdjust: "spacingAndGlyphs" }), { textContent: label }),
      );
      return group;
    };
    const draw = () => {
      const value = props.value;
      if (value && value.made === made) return listen(value);
      made = value?.made;
      regions = new Map((value?.regions || []).map((one) => [one.number, one]));
      root.dataset.state = value ? "full" : "empty";
      targets.replaceChildren();
      shapes.replaceChildren();
      told.textContent = "";
      delete root.dataset.heard;
      if (!value) { photo.removeAttribute("src"); return sound.load(null); }
      const [width, height] = value.size;
      photo.src = ic.address(value.photo);
      photo.alt = value.alt;
      scene.style.aspectRatio = `${width} / ${height}`;
      shapes.setAttribute("viewBox", `0 0 ${width} ${height}`);
      const defs = svg("defs", {});
      const scale = Math.max(width, height) / 640;
      const kinds = new Map(value.regions.map((one) => [one.index, one]));
      for (const [index, kind] of kinds) defs.append(pattern(`${id}-pattern-${index}`, kind, scale));
      shapes.append(defs);
      const byMade = [...value.regions].sort((one, other) => one.number - other.number);
      for (const one of byMade) {
        const shape = svg("path", { class: "ic-shape", d: one.path, "fill-rule": "evenodd", "data-number": one.number });
        shape.style.setProperty("--ic-kind", one.colour);
        shape.style.setProperty("--ic-pattern", `url(#${id}-pattern-${one.index})`);
        shapes.append(shape);
      }
      for (const one of byMade) shapes.append(svg("path", { class: "ic-ring", d: one.path, "data-number": one.number }));
      shapes.append(...value.tags.map(tag));
      targets.append(...value.regions.filter((one) => one.words).map((one, index) => {
        const target = document.createElement("button");
        Object.assign(target, { type: "button", className: "ic-target", tabIndex: index ? -1 : 0 });
        target.dataset.number = one.number;
        target.setAttribute("aria-label", one.words);
        return target;
      }));
      if (!value.regions.length) told.textContent = words.nothing;
      layOut();
      return listen(value);
    };
    let listened;
    const listen = (value) => {
      for (const one of value.regions) Object.assign(regions.get(one.number), one);
      if (value.sprite?.path === listened) return;
      listened = value.sprite?.path;
      delete root.dataset.audio;
      sound.load(value.sprite).then(() => { if (sound.ready()) root.dataset.audio = "ready"; });
      if (value.sprite) ic.players[player].finished("");
    };

    // How it is drawn, and what is heard.
    const opaque = () => scene.style.setProperty("--ic-opacity", document.querySelector(`#${opacity} input`)?.value ?? 0.5);
    document.addEventListener("input", (event) => { if (event.target.closest(`#${opacity}`)) opaque(); });
    document.addEventListener("change", (event) => { if (event.target.name === variant) root.dataset.variant = event.target.value; });
    const show = () => { root.dataset.names = hears.names ? "on" : "off"; };
    for (const box of element.querySelectorAll("[data-hears]")) {
      box.checked = hears[box.dataset.hears];
      box.addEventListener("change", () => {
        hears[box.dataset.hears] = box.checked;
        ic.remember("explorer", hears);
        sound.silence();
        show();
      });
    }
    watch("value", draw);
    opaque();
    show();
    draw();
    ic.explorers[id] = { meet, silence: sound.silence };
  };

  // Only one thing is heard at a time: the player's sound stops a region's.
  document.addEventListener("play", () => Object.values(ic.explorers).forEach((one) => one.silence()), true);

  // What is found decides which of the results are in sight.
  document.addEventListener("change", (event) => {
    if (event.target.name === "ic-segment-mode") document.querySelector(".ic-segmentation").dataset.mode = event.target.value;
  });
})();
