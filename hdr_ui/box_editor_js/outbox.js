// Numbered edits on their way.  The list is sent again, ever more seldom, until the server has said that it knows
// them: a rerun of the page may overtake another, and one that takes long must not be cut off by the next.

const FIRST_WAIT_MS = 1500;
const LONGEST_WAIT_MS = 24000;

class Outbox {
  constructor(root) {
    this.root = root;
    this.client = Math.random().toString(36).slice(2);
    this.number = 0;
    this.pending = [];
    this.waitMs = FIRST_WAIT_MS;
  }

  // What the server says of what has arrived, and the way to it.
  take(known, send) {
    this.send = send;
    const before = this.pending.length;
    this.pending = this.pending.filter((edit) => edit.number > (known[this.client] ?? 0));
    if (this.pending.length < before) this.waitMs = FIRST_WAIT_MS;
    this.wait();
  }

  add(edit) {
    this.pending.push({ ...edit, number: ++this.number });
    this.post();
  }

  post() {
    this.send([...this.pending], this.client);
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.root.toggleAttribute("data-waits", this.pending.length > 0);
    if (!this.pending.length) return;
    this.timer = setTimeout(() => {
      if (!this.root.isConnected) return;
      this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
      this.post();
    }, this.waitMs);
  }
}
