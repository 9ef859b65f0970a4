// What the keys do while the element has the focus, except in its field.

const LETTERS = { x: "none", delete: "none", backspace: "none", m: "merge", s: "split", a: "add", r: "remove",
  enter: "keep", "+": "closer", "=": "closer", "-": "farther" };

class Keys {
  constructor(editor, root) {
    this.editor = editor;
    root.addEventListener("keydown", (event) => this.onKey(event));
  }

  onKey(event) {
    const isPressing = event.target.tagName === "BUTTON" && (event.key === "Enter" || event.key === " ");
    const isMeant = event.ctrlKey || event.metaKey ? () => this.isUndo(event) : () => this.isPlain(event);
    if (isPressing || !isMeant()) return;
    event.preventDefault();
    event.stopPropagation(); // some letters are Streamlit's own
  }

  isUndo({ key, shiftKey }) {
    if (key.toLowerCase() !== "z" || shiftKey) return false;
    this.editor.act("undo");
    return true;
  }

  // Does what the key says; false where it says nothing.
  isPlain(event) {
    const { editor } = this, { key } = event, letter = LETTERS[key.toLowerCase()];
    if (editor.adding.takesKey(event)) return true;
    if (key.startsWith("Arrow")) this.onArrow(event);
    else if (/^[0-9]$/.test(key)) editor.label(Number(key));
    else if (letter) editor.act(letter, true);
    else return key === "Escape" && editor.giveUp();
    return true;
  }

  onArrow({ key, shiftKey, altKey }) {
    const { editor } = this;
    if (shiftKey || altKey) {
      const box = editor.find(editor.chosen), by = Math.max(1, Math.round(2 / editor.scale()));
      if (box) editor.moveBox(box.id, nudged(box.box, key, by, altKey, editor.data.size));
    } else if (key === "ArrowLeft" || key === "ArrowRight") {
      editor.step(key === "ArrowLeft" ? -1 : 1);
    } else {
      editor.stepRow(key === "ArrowUp" ? -1 : 1);
    }
  }
}
