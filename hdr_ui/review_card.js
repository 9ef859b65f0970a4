const SURE = 0.9;
const PATIENCE_MS = 8000, RELOAD_EVERY_MS = 60000;
const BACKSPACE = "⌫", REMOVE = "Del";

function begin(card, batch) {
  const place = `hdr-review-${batch}`;
  const part = (name) => card.querySelector(`.hdr-rv-${name}`);
  let kept = {};
  try { kept = JSON.parse(sessionStorage.getItem(place)) ?? {}; } catch { kept = {}; }
  const token = kept.token ?? `${Date.now().toString(36)}${Math.random().toString(36).slice(2)}`;
  let number = kept.number ?? 0;        // of the last decision
  let pending = kept.pending ?? [];     // decisions that were not acknowledged
  let past = kept.past ?? [];           // what was done to which number, for Undo
  const items = new Map();              // id -> number, also those decided a moment ago
  let queue = [];                       // ids that wait, the present one first
  let wanted = null;                    // a number called back that is not here yet
  let data = { left: 0, unasked: 0, decided: 0, taken: {}, items: [] };
  let send = () => {};
  let sentAt = Date.now();
  let text = "", at = 0, typed = [], isEdited = false;

  const current = () => items.get(queue[0]);
  const remember = () => {
    try { sessionStorage.setItem(place, JSON.stringify({ token, number, pending, past: past.slice(-200) })); } catch {}
  };
  const lastOf = (id) => pending.findLast((one) => one.id === id)?.do;
  const isAway = (id) => ["keep", "later"].includes(lastOf(id));

  function load() {
    const item = current();
    text = item?.text ?? ""; at = 0; typed = []; isEdited = false;
  }

  function act(deed, item, more = {}) {
    number += 1;
    pending.push({ n: number, do: deed, id: item.id, revision: item.revision, ...more });
    remember();
    if (pending.length === 1) sentAt = Date.now();
    send(pending);
  }

  // A server that was started anew knows nothing of this part of the page and answers it no more; a page that is loaded
  // anew is answered, and sends what waits.
  function look() {
    const app = document.querySelector("[data-testid=stApp]")?.dataset;
    const isIdle = app?.testConnectionState === "CONNECTED" && app.testScriptState === "notRunning";
    if (!isIdle || !pending.length) { sentAt = Date.now(); return; }
    const reloaded = Number(sessionStorage.getItem("hdr-review-reloaded") ?? 0);
    if (isEdited || Date.now() - sentAt < PATIENCE_MS || Date.now() - reloaded < RELOAD_EVERY_MS) return;
    sessionStorage.setItem("hdr-review-reloaded", Date.now());
    location.reload();
  }
  const watch = setInterval(() => (card.isConnected ? look() : clearInterval(watch)), 1000);

  function leave(deed, more) {
    const item = current();
    past.push({ id: item.id, do: deed });
    queue.shift();
    act(deed, item, more);
    load();
    draw();
  }

  function keep(value) {
    const item = current();
    if (!item) return;
    if (!value.replaceAll("\n", "")) { part("fault").textContent = "Type the number, or press − if it cannot be read."; return; }
    leave("keep", { text: value, sure: value === item.text });
  }

  function callBack(deed, which) {
    const index = past.findLastIndex((one) => one.do === which);
    if (index < 0) return;
    const [{ id }] = past.splice(index, 1);
    const item = items.get(id) ?? { id, revision: 0 };
    if (items.has(id)) {
      if (deed === "undo") Object.assign(item, { text: item.read });
      queue = [id, ...queue.filter((other) => other !== id)];
      load();
    } else { wanted = id; }
    act(deed, item);
    draw();
  }

  function type(digit) {
    if (!current()) return;
    const stands = text[at];
    const isReplaced = stands !== undefined && stands !== "\n";
    typed.push({ at, was: isReplaced ? stands : null });
    text = text.slice(0, at) + digit + text.slice(at + (isReplaced ? 1 : 0));
    at += 1; isEdited = true;
    draw();
  }

  function backspace() {
    const last = typed.at(-1);
    if (last && last.at === at - 1) {       // takes back what was typed
      typed.pop();
      text = text.slice(0, last.at) + (last.was ?? "") + text.slice(at);
      at = last.at;
    } else if (at > 0) {
      text = text.slice(0, at - 1) + text.slice(at);
      at -= 1; typed = []; isEdited = true;
    }
    draw();
  }

  function remove() {
    if (at >= text.length) return;
    text = text.slice(0, at) + text.slice(at + 1);
    typed = []; isEdited = true;
    draw();
  }

  function move(to) { at = Math.max(0, Math.min(text.length, to)); typed = []; draw(); }

  function escape() {
    if (current() && text !== current().text) { load(); draw(); } else { callBack("undo", "keep"); }
  }

  const deeds = {
    keep: () => keep(text),
    unreadable: () => { if (current()) leave("keep", { text: "", sure: true }); },
    later: () => { if (queue.length && data.left > 1) leave("later"); },
    undo: escape,
    offer: () => { const offer = current()?.offer; if (offer) keepOffer(offer); },
  };
  function keepOffer(offer) { text = offer; leave("keep", { text: offer, sure: true }); }

  function onKey(event) {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key;
    const isOnButton = event.target.closest?.("button");
    if (isOnButton && (key === "Enter" || key === " ")) return;
    const keys = {
      Enter: () => (event.shiftKey ? type_("\n") : deeds.keep()),
      "/": () => type_("\n"),
      "+": deeds.offer, "-": deeds.unreadable, "−": deeds.unreadable,
      ArrowDown: deeds.later, ArrowUp: () => callBack("back", "later"), Escape: deeds.undo,
      ArrowLeft: () => move(at - 1), ArrowRight: () => move(at + 1),
      Home: () => move(0), End: () => move(text.length),
      Backspace: backspace, Delete: remove,
    };
    const deed = /^[0-9]$/.test(key) ? () => type(key) : keys[key];
    if (!deed) return;
    event.preventDefault();
    event.stopPropagation();
    if (event.repeat && key === "Enter") return;  // a key that is held down decides one number, not many
    deed();
  }
  function type_(sign) {
    if (!current() || at === 0) return;
    text = text.slice(0, at) + sign + text.slice(at);
    at += 1; typed = []; isEdited = true;
    draw();
  }

  function cells(item) {
    const signs = [...text];
    const isWhole = signs.length === item.read.length;
    let digit = -1;
    const made = signs.map((sign, index) => {
      if (sign === "\n") {
        const end = document.createElement("span");
        if (index === at) { const caret = document.createElement("b"); caret.className = "at"; caret.textContent = " "; end.append(caret); }
        end.append(document.createElement("br"));
        return end;
      }
      digit += 1;
      const cell = document.createElement("b");
      const isRead = isWhole && item.read[index] === sign;
      cell.textContent = sign;
      cell.className = [index === at ? "at" : "", isRead ? "" : "typed",
                        isRead && item.sure[digit] < SURE ? "doubt" : ""].filter(Boolean).join(" ");
      cell.addEventListener("pointerdown", (event) => { event.preventDefault(); card.focus({ preventScroll: true }); move(index); });
      return cell;
    });
    if (at >= signs.length) {
      const caret = document.createElement("b");
      caret.className = "at"; caret.textContent = "\u2007";
      made.push(caret);
    }
    return made;
  }

  function offered(item) {
    const made = (name, words) => Object.assign(document.createElement(name), { textContent: words });
    const isAligned = item.offer.length === item.text.length;
    const signs = [...item.offer].map((sign, index) => {
      if (sign === "\n") return made("span", " / ");
      return made(isAligned && sign !== item.text[index] ? "u" : "span", sign);
    });
    return [made("span", "Take "), ...signs, made("span", " instead"), made("kbd", "+")];
  }

  function draw() {
    const item = current();
    const waiting = pending.filter((one) => one.do === "keep").length - pending.filter((one) => one.do === "undo").length;
    const left = Math.max(queue.length, data.left - waiting);
    const decided = Math.max(0, data.decided + waiting);
    const total = Math.max(1, left + decided + data.unasked);
    part("track").querySelector(".unasked").style.width = `${100 * data.unasked / total}%`;
    part("track").querySelector(".decided").style.width = `${100 * decided / total}%`;
    part("counts").textContent = `${left} left · ${decided} decided · ${data.unasked} accepted without asking`;
    part("notice").textContent = data.notice ?? "";
    part("desk").hidden = !item;
    part("end").textContent = item ? "" : (left > 0 || pending.length) ? "The next numbers are coming." : "Nothing is left to decide.";
    card.querySelector("[data-do=undo]").disabled = !past.some((one) => one.do === "keep") && !isEdited;
    card.dataset.pending = pending.length;
    card.dataset.left = left;
    if (!item) return;
    const picture = part("crop").querySelector("img");
    if (picture.dataset.id !== item.id) { picture.dataset.id = item.id; picture.src = item.crop ?? ""; }
    part("name").textContent = [item.name, item.certainty].filter(Boolean).join(" · ");
    part("number").replaceChildren(...cells(item));
    part("number").setAttribute("aria-label", text || "nothing read");
    part("number").dataset.text = text;
    const isAsItWas = text === item.text;
    part("fault").textContent = isAsItWas ? item.faults.join("\n") : "";
    part("offer").hidden = !item.offer || !isAsItWas;
    part("offer").replaceChildren(...(item.offer ? offered(item) : []));
    card.querySelector("[data-do=later]").disabled = data.left - waiting < 2;
  }

  function take(fresh) {
    data = fresh;
    const taken = data.taken[token] ?? 0;
    if (pending.length && pending[0].n <= taken) sentAt = Date.now();
    pending = pending.filter((one) => one.n > taken);
    const present = queue[0], before = items.get(present);
    for (const item of data.items) items.set(item.id, item);
    if (data.wanted && !isAway(data.wanted)) wanted = data.wanted;
    const open = data.items.map((item) => item.id).filter((id) => !isAway(id));
    const stays = present !== undefined && !isAway(present) && !(wanted && open.includes(wanted) && !isEdited);
    if (wanted && open.includes(wanted) && !stays) {
      queue = [wanted, ...open.filter((id) => id !== wanted)];
      wanted = null;
      if (data.wanted === queue[0]) {           // chosen in the list below: the keys and the eyes go to the card
        card.focus({ preventScroll: true });
        card.scrollIntoView({ block: "nearest" });
      }
    } else {
      // What is looked at stays where it is, whatever came before it meanwhile.
      queue = stays ? [present, ...open.filter((id) => id !== present)] : open;
    }
    for (const id of [...items.keys()].slice(0, -60)) if (!queue.includes(id)) items.delete(id);
    const now = current();
    if (queue[0] !== present || (!isEdited && now && before && now.text !== before.text)) load();
    remember();
    draw();
  }

  for (const label of ["1", "2", "3", "4", "5", "6", "7", "8", "9", BACKSPACE, "0", REMOVE]) {
    const button = document.createElement("button");
    button.type = "button"; button.textContent = label;
    button.setAttribute("aria-label", label === BACKSPACE ? "Backspace" : label === REMOVE ? "Delete the digit" : label);
    button.addEventListener("click", () => (label === BACKSPACE ? backspace() : label === REMOVE ? remove() : type(label)));
    part("pad").append(button);
  }
  card.addEventListener("click", (event) => deeds[event.target.closest("[data-do]")?.dataset.do]?.());
  // A click on a button must not take the keys away from the card.
  card.addEventListener("mousedown", (event) => { if (event.target.closest("button")) event.preventDefault(); });
  card.addEventListener("keydown", onKey);
  const onPage = (event) => {
    if (!card.isConnected) { document.removeEventListener("keydown", onPage, true); return; }
    if (document.activeElement === document.body) onKey(event);
  };
  document.addEventListener("keydown", onPage, true);

  return {
    connect(sender) { send = (list) => sender({ token, list: list.map((one) => ({ ...one })) }); },
    take,
    resend() { if (pending.length) send(pending); },
  };
}

export default function ({ parentElement, data, setStateValue }) {
  const card = parentElement.querySelector(".hdr-rv");
  const isNew = !card.desk || card.dataset.batch !== data.batch;
  if (isNew) { card.desk = begin(card, data.batch); card.dataset.batch = data.batch; }
  card.desk.connect((decided) => setStateValue("decided", decided));
  card.desk.take(data);
  if (isNew) {
    card.desk.resend();
    const active = document.activeElement;
    if (!active || active === document.body || !["INPUT", "TEXTAREA"].includes(active.tagName)) {
      card.focus({ preventScroll: true });
    }
  }
}
