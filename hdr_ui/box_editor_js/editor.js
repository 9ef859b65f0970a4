// The boxes of one picture: which is chosen, what is done to them, and what the server says.

class Editor {
  constructor(root) {
    this.rows = [];
    this.view = root.querySelector(".hdr-boxes-view");
    this.fault = root.querySelector(".hdr-boxes-fault");
    this.root = root;
    this.outbox = window.hdrOutbox ??= new Outbox(); // an element goes with its page, what waits must not
    this.adding = new Adding(this);
    this.stage = new Stage(this, root);
    this.pointer = new Pointer(this, this.stage.svg);
    this.number = new NumberField(this, root.querySelector(".hdr-boxes-text"));
    this.keys = new Keys(this, root);
    for (const button of this.stage.buttons) {
      const { digit, do: what } = button.dataset;
      button.addEventListener("click", ({ detail }) => (digit === undefined ? this.act(what, !detail) : this.label(Number(digit))));
    }
  }

  // What the server says.
  take(data, send) {
    const isNew = this.data?.picture !== data.picture;
    this.data = data;
    this.root.style.setProperty("--hdr-box", data.accent);
    this.root.style.setProperty("--hdr-box-halo", data.halo);
    this.outbox.take(data.known, send);
    if (isNew) {
      this.chosen = data.rows[0]?.[0]?.id;
      this.pointer.stop();
      this.adding.stop();
      this.stage.begin(data.rows.flat());
    }
    this.fault.textContent = data.fault;
    this.rebuild();
    this.number.take(data, isNew);
  }

  rebuild() {
    const before = this.boxes().findIndex(({ id }) => id === this.chosen);
    this.rows = structuredClone(this.data.rows);
    for (const edit of this.outbox.pending) if (edit.picture === this.data.picture) foresee(this.rows, edit);
    this.root.toggleAttribute("data-waits", this.outbox.pending.length > 0);
    const boxes = this.boxes();
    if (!boxes.some(({ id }) => id === this.chosen)) {
      this.chosen = boxes[bounded(before, 0, boxes.length - 1)]?.id;
    }
    this.stage.draw();
  }

  boxes() { return this.rows.flat(); }

  find(id) { return this.boxes().find((box) => box.id === id); }

  scale() { return this.stage.scale(); }

  // What the user does.

  edit(change) {
    this.outbox.add({ ...change, picture: this.data.picture });
    this.fault.textContent = "";
    this.rebuild();
  }

  act(what, byKeys = false) {
    const box = this.find(this.chosen), row = rowWith(this.rows, this.chosen);
    if (what === "undo" || what === "reset") this.edit({ kind: what });
    if (what === "add") this.turnAdding(byKeys);
    if (what === "closer" || what === "farther") this.stage.turn(what === "closer" ? 1 : -1);
    if (!box) return;
    if (what === "none") this.label(NOT_A_DIGIT);
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

  moveBox(id, box) {
    const old = this.find(id)?.box;
    if (old && isLargeEnough(box) && !isSameBox(old, box)) this.edit({ kind: "move", id, box });
    else this.stage.draw();
  }

  addBox(box) {
    const id = this.newId();
    this.adding.stop();
    this.edit({ kind: "add", box, new: id });
    this.choose(id);
  }

  turnAdding(byKeys) {
    if (this.adding.isOn) { this.giveUp(); return; }
    this.adding.start(byKeys);
    this.view.focus({ preventScroll: true });
  }

  // Leave what was begun with a pointer or a new box; false where nothing was.
  giveUp() {
    const isGivenUp = this.adding.isOn || Boolean(this.pointer.drag);
    this.pointer.stop();
    this.adding.stop();
    this.stage.draw();
    return isGivenUp;
  }

  newId() {
    const used = [...this.boxes().map(({ id }) => id), ...this.outbox.pending.map((edit) => edit.new ?? -1)];
    return 1 + Math.max(-1, this.data.last, ...used);
  }

  // Which box is chosen.

  choose(id) { this.chosen = id; this.stage.draw(); this.stage.bringIntoView(); }

  step(by) {
    const boxes = this.boxes(), here = boxes.findIndex(({ id }) => id === this.chosen);
    if (boxes.length) this.choose(boxes[bounded(here + by, 0, boxes.length - 1)].id);
  }

  stepRow(by) {
    const here = this.rows.indexOf(rowWith(this.rows, this.chosen)), row = this.rows[here + by];
    const middle = (box) => (box[0] + box[2]) / 2;
    if (!row?.length) return;
    const from = middle(this.find(this.chosen).box), far = (other) => Math.abs(middle(other.box) - from);
    this.choose(row.reduce((best, other) => (far(other) < far(best) ? other : best)).id);
  }
}

export default function ({ parentElement, data, setStateValue }) {
  const root = parentElement.querySelector(".hdr-boxes");
  const isNew = !root.editor;
  root.editor ??= new Editor(root);
  root.editor.take(data, (sent) => setStateValue("edits", sent));
  if (isNew) root.editor.view.focus({ preventScroll: true });
  const redraw = () => root.editor.stage.draw();
  const observer = new ResizeObserver(redraw);
  observer.observe(root);
  window.addEventListener("hdr-picture", redraw);
  const turn = root.turn = (root.turn ?? 0) + 1;
  return () => {
    if (root.turn === turn) root.editor.outbox.close();  // a call that was overtaken is cleared up after the next one
    observer.disconnect();
    window.removeEventListener("hdr-picture", redraw);
  };
}
