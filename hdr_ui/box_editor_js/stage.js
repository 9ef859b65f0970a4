// What is seen: the picture in its frame, the boxes on it, and which buttons can be pressed.

const ZOOMS = [1, 1.5, 2, 3, 4, 6];
const LEAST_BOX_PX = 22;

class Stage {
  constructor(editor, root) {
    this.editor = editor;
    this.root = root;
    for (const name of ["view", "sheet", "said", "kept"]) this[name] = root.querySelector(`.hdr-boxes-${name}`);
    this.image = root.querySelector("img");
    this.svg = root.querySelector("svg");
    this.buttons = [...root.querySelectorAll("[data-digit], [data-do]")];
    this.zoom = 1;
  }

  // Another picture: so large that its digits can be told apart.
  begin(boxes) {
    const widths = boxes.map(({ box }) => box[2] - box[0]).sort((a, b) => a - b), typical = widths[widths.length >> 1];
    this.zoom = 1;
    if (typical) this.zoom = ZOOMS.find((zoom) => typical * this.scale(zoom) >= LEAST_BOX_PX) ?? ZOOMS.at(-1);
    this.image.removeAttribute("src");
    this.shown = undefined;
  }

  // Pixels on the screen for each of the picture.
  scale(zoom = this.zoom) {
    const { size, height } = this.editor.data;
    return zoom * Math.min(((this.root.clientWidth || 302) - 2) / size[0], height / size[1]);
  }

  turn(by) {
    this.zoom = ZOOMS[bounded(ZOOMS.indexOf(this.zoom) + by, 0, ZOOMS.length - 1)];
    this.draw();
    this.bringIntoView();
  }

  bringIntoView() {
    const box = this.editor.find(this.editor.chosen)?.box, { view } = this, margin = 24;
    if (!box) return;
    const [left, top, right, bottom] = box.map((edge) => edge * this.scale());
    const shift = (low, high, from, room) =>
      low < from + margin ? low - margin : high > from + room - margin ? high - room + margin : from;
    view.scrollTo(
      shift(left, right, view.scrollLeft, view.clientWidth), shift(top, bottom, view.scrollTop, view.clientHeight),
    );
  }

  draw() {
    const { editor } = this, { pointer, adding } = editor, dragged = pointer.dragged, scale = this.scale();
    const boxes = editor.boxes(), chosen = editor.find(editor.chosen);
    const part = (box) => boxPart(
      box, (dragged && dragged.id === box.id ? dragged.box : box.box).map((edge) => edge * scale), box === chosen,
    );
    const parts = boxes.filter((box) => box !== chosen).map(part);
    if (chosen) parts.push(part(chosen));
    const added = dragged?.kind === "add" ? dragged.box : adding.laid;
    if (added) parts.push(part({ box: added, id: -1, isNew: true }));
    this.layPicture(scale);
    this.svg.replaceChildren(...parts);
    this.svg.classList.toggle("adds", adding.isOn);
    this.said.textContent = adding.sentence ?? sentenceOf(chosen, boxes);
    this.kept.textContent = editor.outbox.pending.length ? "" : editor.data.note;
    this.setButtons(chosen);
  }

  layPicture(scale) {
    const { size: [width, height], height: mostPx, picture_name: name } = this.editor.data;
    const picture = window.hdrPictures?.get(name);
    if (picture && this.shown !== name) {
      this.image.src = picture;
      this.shown = name;
    }
    for (const [side, px] of [["width", width * scale], ["height", height * scale]]) {
      this.sheet.style[side] = `${px}px`;
      this.svg.setAttribute(side, px);
    }
    // The frame's border is part of it; bars for scrolling take their room inside of it.
    this.view.style.height = `${Math.min(height * scale, mostPx) + 2}px`;
    this.root.style.setProperty("--hdr-frame", `${width * scale + 2}px`);
  }

  setButtons(chosen) {
    const { data, rows, outbox, adding } = this.editor, waits = outbox.pending.length > 0;
    const isOff = {
      none: !chosen, split: !chosen, remove: !chosen, merge: !chosen || rowWith(rows, chosen.id).at(-1) === chosen,
      undo: !data.undo && !waits, reset: !data.reset && !waits,
      closer: this.zoom === ZOOMS.at(-1), farther: this.zoom === ZOOMS[0],
    };
    for (const button of this.buttons) {
      const { digit, do: what } = button.dataset;
      button.disabled = digit === undefined ? isOff[what] ?? false : !chosen;
      if (what === "add") button.setAttribute("aria-pressed", adding.isOn);
      if (digit !== undefined) button.setAttribute("aria-pressed", String(chosen?.label) === digit);
    }
  }
}
