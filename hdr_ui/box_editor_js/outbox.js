// Numbered edits on their way, of all pictures of this visit.  The list is sent again, ever more seldom, until the
// server has said that it knows them: a rerun of the page may overtake another.

const FIRST_WAIT_MS = 1500;
const LONGEST_WAIT_MS = 24000;

// A run of the page goes on.  What is sent meanwhile begins another in its place, of the page that is shown: the user's
// way to another page would be cut off, and a run that takes long would never end.
const isRunning = () => document.querySelector(".stApp")?.dataset.testScriptState === "running";

class Outbox {
  constructor() {
    this.client = Math.random().toString(36).slice(2);
    this.number = 0;
    this.pending = [];
    this.waitMs = FIRST_WAIT_MS;
  }

  // What the server says of what has arrived, and the way to it; without one, all stays here for the next element.
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
    // Streamlit sends nothing that is as it was: what is sent again has another time.
    this.send?.({ client: this.client, edits: [...this.pending], time: performance.now() });
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    if (!this.pending.length || !this.send) return;
    this.timer = setTimeout(() => {
      if (isRunning()) { this.wait(); return; }
      this.waitMs = Math.min(2 * this.waitMs, LONGEST_WAIT_MS);
      this.post();
    }, this.waitMs);
  }

  // The element that could send is gone.
  close() { this.take({}, undefined); }
}
