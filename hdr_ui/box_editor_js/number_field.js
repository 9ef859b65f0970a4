// The whole number in one field.  What is typed there is not overwritten until it was sent and understood.

class NumberField {
  constructor(editor, field) {
    this.editor = editor;
    this.field = field;
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("change", () => this.write());
  }

  take(data, isNew) {
    const { field } = this;
    field.rows = Math.max(data.lines, 1);
    const isBusy = document.activeElement === field && field.value !== this.written;
    const isRefused = data.fault !== "" && field.value === this.written;
    const waits = this.editor.outbox.pending.some(({ kind }) => kind === "write");
    if (isNew || !(isBusy || isRefused || waits)) this.restore();
  }

  restore() { this.field.value = this.written = this.editor.data.text; }

  write() {
    if (this.field.value === this.written) return;
    this.written = this.field.value;
    this.editor.edit({ kind: "write", text: this.field.value });
  }

  onKey(event) {
    event.stopPropagation();
    if (event.key === "Enter" && (this.editor.data.lines < 2 || event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      this.write();
    }
    if (event.key === "Escape") {
      this.restore();
      this.editor.view.focus();
    }
  }
}
