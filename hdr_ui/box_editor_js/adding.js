// A new box: drawn with a pointer, or laid beside the chosen one and moved from there by keys.

class Adding {
  constructor(editor) {
    this.editor = editor;
    this.isOn = false;
  }

  get sentence() {
    if (!this.isOn) return undefined;
    return this.laid ? "Arrows move the new box, Alt resizes it, Enter adds it." : "Draw a box around a digit.";
  }

  start(byKeys) {
    this.isOn = true;
    if (byKeys) this.lay();
    this.editor.stage.draw();
  }

  stop() {
    this.isOn = false;
    this.laid = undefined;
  }

  lay() {
    const { data: { size }, chosen } = this.editor, box = this.editor.find(chosen)?.box;
    const middle = [0.4 * size[0], 0.3 * size[1], 0.6 * size[0], 0.7 * size[1]];
    this.laid = pushedBack(box ? shifted(box, box[2] - box[0], 0) : middle, size);
  }

  // Whether the key means anything while a box is added.
  takesKey(event) {
    const { editor, laid } = this, isArrow = event.key.startsWith("Arrow");
    if (!this.isOn || !(isArrow || event.key === "Enter")) return false;
    if (!laid) {
      this.lay();
    } else if (isArrow) {
      const by = Math.max(1, Math.round(6 / editor.scale()));
      const box = nudged(laid, event.key, by, event.altKey, editor.data.size);
      if (isLargeEnough(box)) this.laid = box;
    } else {
      editor.addBox(laid);
    }
    editor.stage.draw();
    return true;
  }
}
