// A mouse, a pen or a finger on the picture: chooses, moves, resizes and draws boxes.

const STILL_PX = 4;

class Pointer {
  constructor(editor, svg) {
    this.editor = editor;
    this.svg = svg;
    svg.addEventListener("pointerdown", (event) => this.onDown(event));
    svg.addEventListener("pointermove", (event) => this.onMove(event));
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, (event) => this.onUp(event));
  }

  // The box that is being dragged as it lies now: {id, box}; id is undefined for a new one.
  get dragged() { return this.drag?.moved ? this.drag : undefined; }

  stop() { this.drag = undefined; }

  at(event) {
    const frame = this.svg.getBoundingClientRect(), scale = this.editor.scale();
    return [(event.clientX - frame.x) / scale, (event.clientY - frame.y) / scale];
  }

  onDown(event) {
    if (event.button || this.drag) return;
    const { editor } = this, { id, handle } = event.target.dataset, isTouch = event.pointerType === "touch";
    editor.view.focus({ preventScroll: true });
    const from = this.at(event), box = id === undefined || editor.adding.isOn ? undefined : editor.find(Number(id));
    if (box) {
      const wasChosen = editor.chosen === box.id;
      if (!wasChosen) editor.choose(box.id);
      if (isTouch && !wasChosen) return; // a finger on another box may be about to scroll
      this.drag = { kind: handle ? "resize" : "move", id: box.id, handle, from, box: box.box, start: box.box };
    } else if (!isTouch || editor.adding.isOn) {
      editor.adding.laid = undefined;
      this.drag = { kind: "add", from, box: [...from, ...from] };
    } else {
      return;
    }
    Object.assign(this.drag, { pointer: event.pointerId, x: event.clientX, y: event.clientY });
    this.svg.setPointerCapture(event.pointerId);
    event.preventDefault();
  }

  onMove(event) {
    const { drag, editor } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    drag.moved ||= Math.hypot(event.clientX - drag.x, event.clientY - drag.y) > STILL_PX;
    if (!drag.moved) return;
    drag.box = this.boxAt(this.at(event), editor.data.size);
    editor.stage.draw();
  }

  boxAt([x, y], size) {
    const { kind, start, from, handle } = this.drag, [dx, dy] = [x - from[0], y - from[1]];
    if (kind === "move") return pushedBack(shifted(start, dx, dy), size);
    if (kind === "add") return cutOff(spanned(from, [x, y]), size);
    const pulled = shifted(start, dx, dy).map((edge, place) => (handle.includes(EDGES[place]) ? edge : start[place]));
    return cutOff(spanned(pulled.slice(0, 2), pulled.slice(2)), size);
  }

  onUp(event) {
    const { drag, editor } = this;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.stop();
    if (event.type === "pointercancel" || !drag.moved || !isLargeEnough(drag.box)) editor.stage.draw();
    else if (drag.kind === "add") editor.addBox(drag.box);
    else editor.moveBox(drag.id, drag.box);
  }
}
