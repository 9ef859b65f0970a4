// The picture with its boxes: choose, type, drag.  What the user does is shown at once and sent as a list of
// numbered edits; the list is sent again until the server has said that it knows them.

const HANDLES = [["left", "top"], ["right", "top"], ["left", "bottom"], ["right", "bottom"]];
const EDGES = ["left", "top", "right", "bottom"];
const NONE = 10;
const STILL_PX = 4;
const AGAIN_MS = 1500;
const ZOOMS = [1, 1.5, 2, 3, 4, 6];
const LEAST_BOX_PX = 22;
const SVG = "http://www.w3.org/2000/svg";

const bounded = (value, low, high) => Math.min(Math.max(value, low), high);

class Editor {
  constructor(root) {
    this.root = root;
    this.client = Math.random().toString(36).slice(2);
    this.number = 0;
    this.pending = [];
    this.rows = [];
    for (const name of ["view", "sheet", "said", "kept", "fault", "text", "hint"]) {
      this[name] = root.querySelector(`.hdr-boxes-${name}`);
    }
    this.image = root.querySelector("img");
    this.svg = root.querySelector("svg");
    this.listen();
  }

  // What the server says.

  take(data, send) {
    this.send = send;
    const isNew = this.data?.picture !== data.picture;
    this.data = data;
    this.root.style.setProperty("--hdr-box", data.accent);
    this.root.style.setProperty("--hdr-box-halo", data.halo);
    const known = data.known[this.client] ?? 0;
    this.pending = this.pending.filter((edit) => edit.number > known);
    if (isNew) this.begin();
    this.rebuild();
    this.showText(isNew);
    this.fault.textContent = data.fault;
    this.root.querySelector("[data-do=undo]").disabled = !data.undo && !this.pending.length;
    this.root.querySelector("[data-do=reset]").disabled = !data.reset && !this.pending.length;
    this.sendAgain();
  }

  begin() {
    this.chosen = this.data.rows[0]?.[0]?.id;
    this.drag = undefined;
    this.isAdding = false;
    const widths = this.data.rows.flat().map(({ box }) => box[2] - box[0]).sort((a, b) => a - b);
    this.zoom = 1;
    const typical = widths[widths.length >> 1];
    if (typical) this.zoom = ZOOMS.find((zoom) => typical * this.scale(zoom) >= LEAST_BOX_PX) ?? ZOOMS.at(-1);
    this.image.removeAttribute("src");
    this.shown = undefined;
  }

  rebuild() {
    const before = this.boxes().findIndex(({ id }) => id === this.chosen);
    this.rows = structuredClone(this.data.rows);
    for (const edit of this.pending) if (edit.picture === this.data.picture) this.foresee(edit);
    const boxes = this.boxes();
    if (!boxes.some(({ id }) => id === this.chosen)) {
      this.chosen = boxes[bounded(before, 0, boxes.length - 1)]?.id;
    }
    this.draw();
  }

  boxes() { return this.rows.flat(); }

  find(id) { return this.boxes().find((box) => box.id === id); }

  rowOf(id) { return this.rows.find((row) => row.some((box) => box.id === id)); }

  // What the user does.

  edit(change) {
    this.pending.push({ ...change, number: ++this.number, picture: this.data.picture });
    this.rebuild();
    this.fault.textContent = "";
    this.post();
  }

  post() {
    this.send([...this.pending], this.client);
    this.sendAgain();
  }

  sendAgain() {
    clearTimeout(this.timer);
    this.root.toggleAttribute("data-waits", this.pending.length > 0);
    this.kept.textContent = this.pending.length ? "" : this.data.note;
    if (this.pending.length) this.timer = setTimeout(() => this.root.isConnected && this.post(), AGAIN_MS);
  }

  // The server does the same and more; until it has, this is what is shown.
  foresee(edit) {
    const row = this.rowOf(edit.id), box = this.find(edit.id), place = row?.indexOf(box);
    const fresh = { label: null, read: null, said: false, open: false, sure: 0 };
    if (edit.kind === "label" && box) Object.assign(box, { label: edit.label, said: true, open: false });
    if (edit.kind === "move" && box) box.box = edit.box;
    if (edit.kind === "remove" && box) row.splice(place, 1);
    if (edit.kind === "merge" && row?.[place + 1]) {
      const [a, b] = [box.box, row[place + 1].box];
      const joined = [Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.max(a[2], b[2]), Math.max(a[3], b[3])];
      row.splice(place, 2, { ...fresh, id: edit.id, box: joined });
    }
    if (edit.kind === "split" && box) {
      const [left, top, right, bottom] = box.box, middle = (left + right) >> 1;
      const halves = [[left, top, middle, bottom], [middle, top, right, bottom]];
      row.splice(place, 1, ...halves.map((half, i) => ({ ...fresh, id: i ? edit.new : edit.id, box: half })));
    }
    if (edit.kind === "add") this.foreseeAdded({ ...fresh, id: edit.new, box: edit.box });
  }

  foreseeAdded(box) {
    const middle = (box.box[1] + box.box[3]) / 2;
    const row = this.rows.find((boxes) => boxes.some((other) => other.box[1] < middle && middle < other.box[3]));
    if (!row) { this.rows.push([box]); return; }
    const place = row.findIndex((other) => other.box[0] > box.box[0]);
    row.splice(place < 0 ? row.length : place, 0, box);
  }

  newId() { return 1 + Math.max(-1, this.data.last, ...this.boxes().map(({ id }) => id), ...this.pending.map((e) => e.new ?? -1)); }

  act(what) {
    const box = this.find(this.chosen), row = this.rowOf(this.chosen);
    if (what === "undo" || what === "reset") { this.edit({ kind: what }); return; }
    if (what === "add") { this.isAdding = !this.isAdding; this.draw(); return; }
    if (what === "closer" || what === "farther") { this.turn(what === "closer" ? 1 : -1); return; }
    if (!box) return;
    if (what === "none") this.label(NONE);
    if (what === "keep" && box.label !== null) this.label(box.label);
    if (what === "merge" && row.at(-1) !== box) this.edit({ kind: "merge", id: box.id });
    if (what === "split") this.edit({ kind: "split", id: box.id, new: this.newId() });
    if (what === "remove") this.edit({ kind: "remove", id: box.id });
  }

  label(label) {
    const id = this.chosen;
    if (this.find(id) === undefined) return;
    this.step(1);
    this.edit({ kind: "label", id, label });
  }

  step(by) {
    const boxes = this.boxes(), here = boxes.findIndex(({ id }) => id === this.chosen);
    if (boxes.length) this.choose(boxes[bounded(here + by, 0, boxes.length - 1)].id);
  }

  stepRow(by) {
    const here = this.rows.indexOf(this.rowOf(this.chosen)), row = this.rows[here + by];
    const middle = (box) => (box[0] + box[2]) / 2;
    if (!row?.length) return;
    const from = middle(this.find(this.chosen).box);
    const far = (other) => Math.abs(middle(other.box) - from);
    this.choose(row.reduce((best, other) => (far(other) < far(best) ? other : best)).id);
  }

  choose(id) { this.chosen = id; this.draw(); this.bringIntoView(); }

  nudge(key, isResize) {
    const box = this.find(this.chosen);
    if (!box) return;
    const by = Math.max(1, Math.round(2 / this.scale()));
    const [dx, dy] = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[key];
    const grown = (place) => box.box[place] + (isResize && place < 2 ? 0 : place % 2 ? dy : dx);
    const moved = this.within(EDGES.map((_, place) => grown(place)), isResize);
    if (moved[2] - moved[0] >= 2 && moved[3] - moved[1] >= 2) this.edit({ kind: "move", id: box.id, box: moved });
  }

  onKey(event) {
    if (event.target === this.text) { this.onTextKey(event); return; }
    if (event.ctrlKey || event.metaKey) {
      if (event.key === "z") { event.preventDefault(); event.stopPropagation(); this.act("undo"); }
      return;
    }
    const isButton = event.target.tagName === "BUTTON", key = event.key;
    if (isButton && (key === "Enter" || key === " ")) return;
    const isArrow = key.startsWith("Arrow");
    const letters = { x: "none", X: "none", Delete: "none", Backspace: "none", m: "merge", M: "merge", s: "split",
      S: "split", Enter: "keep", "+": "closer", "-": "farther" };
    if (isArrow && (event.shiftKey || event.altKey)) this.nudge(key, event.altKey);
    else if (key === "ArrowLeft" || key === "ArrowRight") this.step(key === "ArrowLeft" ? -1 : 1);
    else if (isArrow) this.stepRow(key === "ArrowUp" ? -1 : 1);
    else if (/^[0-9]$/.test(key)) this.label(Number(key));
    else if (letters[key]) this.act(letters[key]);
    else if (key === "Escape" && (this.drag || this.isAdding)) { this.drag = undefined; this.isAdding = false; this.draw(); }
    else return;
    event.preventDefault();
    event.stopPropagation(); // some letters are Streamlit's own
  }

  // The whole number.

  onTextKey(event) {
    event.stopPropagation();
    if (event.key === "Enter" && (this.data.lines < 2 || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.writeText();
    }
    if (event.key === "Escape") { this.showText(true); this.view.focus(); }
  }

  writeText() {
    if (this.text.value === this.writtenText) return;
    this.writtenText = this.text.value;
    this.edit({ kind: "write", text: this.text.value });
  }

  showText(isNew) {
    this.text.rows = Math.max(this.data.lines, 1);
    const isBusy = document.activeElement === this.text && this.text.value !== this.writtenText;
    const isRefused = this.data.fault !== "" && this.text.value === this.writtenText;
    const waits = this.pending.some(({ kind }) => kind === "write");
    if (!isNew && (isBusy || isRefused || waits)) return;
    this.text.value = this.writtenText = this.data.text;
  }

  // The pointer.

  at(event) {
    const frame = this.svg.getBoundingClientRect(), scale = this.scale();
    return [(event.clientX - frame.x) / scale, (event.clientY - frame.y) / scale];
  }

  within(box, isResize = false) {
    const [width, height] = this.data.size;
    let [left, top, right, bottom] = box.map(Math.round);
    if (!isResize) {
      const dx = Math.max(0, -left) + Math.min(0, width - right), dy = Math.max(0, -top) + Math.min(0, height - bottom);
      [left, right, top, bottom] = [left + dx, right + dx, top + dy, bottom + dy];
    }
    return [bounded(left, 0, width), bounded(top, 0, height), bounded(right, 0, width), bounded(bottom, 0, height)];
  }

  onDown(event) {
    if (event.button || this.drag) return;
    const { id, handle } = event.target.dataset, from = this.at(event), isTouch = event.pointerType === "touch";
    this.view.focus({ preventScroll: true });
    const box = id === undefined || this.isAdding ? undefined : this.find(Number(id));
    if (box) {
      const wasChosen = this.chosen === box.id;
      if (!wasChosen) this.choose(box.id);
      if (isTouch && !wasChosen) return; // a finger on another box may be about to scroll
      this.drag = { kind: handle ? "resize" : "move", id: box.id, handle, from, box: box.box, start: box.box };
    } else if (!isTouch || this.isAdding) {
      this.drag = { kind: "add", from, box: [...from, ...from] };
    } else {
      return;
    }
    Object.assign(this.drag, { pointer: event.pointerId, x: event.clientX, y: event.clientY });
    this.svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  onMove(event) {
    const { drag } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    drag.moved ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > STILL_PX;
    if (!drag.moved) return;
    const [x, y] = this.at(event), [dx, dy] = [x - drag.from[0], y - drag.from[1]];
    if (drag.kind === "move") drag.box = this.within(drag.start.map((edge, i) => edge + (i % 2 ? dy : dx)));
    if (drag.kind === "add") drag.box = this.within(this.spanned(drag.from, [x, y]), true);
    if (drag.kind === "resize") {
      const box = [...drag.start];
      for (const edge of drag.handle.split(" ")) {
        const place = EDGES.indexOf(edge);
        box[place] += place % 2 ? dy : dx;
      }
      drag.box = this.within(this.spanned(box.slice(0, 2), box.slice(2)), true);
    }
    this.draw();
  }

  spanned([x0, y0], [x1, y1]) { return [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)]; }

  onUp(event) {
    const { drag } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.drag = undefined;
    const [left, top, right, bottom] = drag.box, isBox = right - left >= 2 && bottom - top >= 2;
    if (event.type === "pointercancel" || !drag.moved || !isBox) { this.draw(); return; }
    if (drag.kind === "add") {
      this.isAdding = false;
      const id = this.newId();
      this.edit({ kind: "add", box: drag.box, new: id });
      this.choose(id);
    } else {
      this.edit({ kind: "move", id: drag.id, box: drag.box });
    }
  }

  // The look.

  scale(zoom = this.zoom) {
    const [width, height] = this.data.size;
    return zoom * Math.min((this.view.clientWidth || 300) / width, this.data.height / height);
  }

  turn(by) {
    this.zoom = ZOOMS[bounded(ZOOMS.indexOf(this.zoom) + by, 0, ZOOMS.length - 1)];
    this.draw();
    this.bringIntoView();
  }

  bringIntoView() {
    const box = this.find(this.chosen)?.box, { view } = this, scale = this.scale(), margin = 24;
    if (!box) return;
    const [left, top, right, bottom] = box.map((edge) => edge * scale);
    const shift = (low, high, from, room) => (low < from + margin ? low - margin : high > from + room - margin ? high - room + margin : from);
    view.scrollTo(shift(left, right, view.scrollLeft, view.clientWidth), shift(top, bottom, view.scrollTop, view.clientHeight));
  }

  draw() {
    const scale = this.scale(), [width, height] = this.data.size;
    const picture = window.hdrPictures?.get(this.data.picture_name);
    if (picture && this.shown !== this.data.picture_name) {
      this.image.src = picture;
      this.shown = this.data.picture_name;
    }
    for (const [side, px] of [["width", width * scale], ["height", height * scale]]) {
      this.sheet.style[side] = `${px}px`;
      this.svg.setAttribute(side, px);
    }
    this.view.style.height = `${Math.min(height * scale, this.data.height) + 2}px`;
    this.svg.classList.toggle("adds", this.isAdding);
    const chosen = this.find(this.chosen);
    const parts = this.boxes().filter((box) => box !== chosen).map((box) => this.part(box, scale));
    if (chosen) parts.push(this.part(chosen, scale));
    if (this.drag?.kind === "add" && this.drag.moved) parts.push(this.part({ box: this.drag.box, id: -1, label: null }, scale));
    this.svg.replaceChildren(...parts);
    this.said.textContent = this.sentence(chosen);
    const row = this.rowOf(this.chosen);
    for (const button of this.root.querySelectorAll("[data-digit], [data-do]")) {
      const what = button.dataset.do;
      if (what === "add") button.setAttribute("aria-pressed", this.isAdding);
      if (what === "merge") button.disabled = !row || row.at(-1) === chosen;
      if (what === "none" || what === "split" || what === "remove" || button.dataset.digit) button.disabled = !chosen;
      if (button.dataset.digit) button.setAttribute("aria-pressed", String(chosen?.label) === button.dataset.digit);
      if (what === "closer") button.disabled = this.zoom === ZOOMS.at(-1);
      if (what === "farther") button.disabled = this.zoom === ZOOMS[0];
    }
  }

  part(box, scale) {
    const isChosen = box.id === this.chosen, isDragged = this.drag?.id === box.id && this.drag.moved;
    const [left, top, right, bottom] = (isDragged ? this.drag.box : box.box).map((edge) => edge * scale);
    const group = document.createElementNS(SVG, "g");
    const make = (name, attributes, text = "") => {
      const element = document.createElementNS(SVG, name);
      for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
      element.textContent = text;
      group.append(element);
    };
    const kind = [isChosen && "chosen", box.label === NONE && "none", box.open && "open"].filter(Boolean).join(" ");
    group.setAttribute("class", kind);
    const size = bounded(0.62 * (right - left), 12, 20), label = box.open ? "?" : box.label === NONE ? "×" : box.label ?? "…";
    make("rect", { x: left, y: top, width: right - left, height: bottom - top, rx: 2, "data-id": box.id });
    const above = top - 5 >= size * 0.8 ? top - 5 : bottom + size;
    make("text", { x: (left + right) / 2, y: above, "font-size": size, "text-anchor": "middle" }, label);
    if (box.said && box.label !== NONE) make("circle", { cx: right, cy: top, r: 3.5, class: "said" });
    if (isChosen) {
      for (const [x, y] of HANDLES) {
        const [cx, cy] = [x === "left" ? left - 3 : right + 3, y === "top" ? top - 3 : bottom + 3];
        make("circle", { cx, cy, r: 13, class: "grip", "data-id": box.id, "data-handle": `${x} ${y}` });
        make("circle", { cx, cy, r: 4, class: "handle" });
      }
    }
    return group;
  }

  sentence(box) {
    if (this.isAdding) return "Draw a box around a digit.";
    if (!box) return this.boxes().length ? "Choose a digit." : "There is no box yet. Draw one around each digit.";
    const place = `Digit ${this.boxes().indexOf(box) + 1} of ${this.boxes().length}`;
    const read = box.read === null ? "" : `read as ${box.read}, ${box.sure}`;
    if (box.open) return `${place}: which of the typed digits is it? It was ${read}.`;
    if (box.label === null) return `${place}: …`;
    if (box.label === NONE) return `${place}: not a digit${read && ` (${read})`}`;
    if (!box.said) return `${place}: ${read}`;
    return box.label === box.read ? `${place}: ${box.label}, as it was read` : `${place}: ${box.label} (${read || "yours"})`;
  }

  listen() {
    this.root.addEventListener("keydown", (event) => this.onKey(event));
    this.svg.addEventListener("pointerdown", (event) => this.onDown(event));
    this.svg.addEventListener("pointermove", (event) => this.onMove(event));
    this.svg.addEventListener("pointerup", (event) => this.onUp(event));
    this.svg.addEventListener("pointercancel", (event) => this.onUp(event));
    this.text.addEventListener("change", () => this.writeText());
    for (const button of this.root.querySelectorAll("button")) {
      const { digit, do: what } = button.dataset;
      button.addEventListener("click", () => (digit === undefined ? this.act(what) : this.label(Number(digit))));
    }
  }
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".hdr-boxes");
  const isNew = !root.editor;
  root.editor ??= new Editor(root);
  root.editor.take(data, (edits, client) => setStateValue("edits", { client, edits }));
  if (isNew) root.editor.view.focus({ preventScroll: true });
  const redraw = () => root.editor.draw();
  const observer = new ResizeObserver(redraw);
  observer.observe(root);
  window.addEventListener("hdr-picture", redraw);
  return () => { observer.disconnect(); window.removeEventListener("hdr-picture", redraw); };
}
