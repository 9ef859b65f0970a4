// What the server will make of an edit, roughly: shown until it has answered.  `rows` are changed in place.

const NOT_A_DIGIT = 10;

const rowWith = (rows, id) => rows.find((row) => row.some((box) => box.id === id));

function foresee(rows, edit) {
  const row = rowWith(rows, edit.id), box = row?.find(({ id }) => id === edit.id), place = row?.indexOf(box);
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
  if (edit.kind === "add") foreseeAdded(rows, { ...fresh, id: edit.new, box: edit.box });
}

function foreseeAdded(rows, box) {
  const middle = (box.box[1] + box.box[3]) / 2;
  const row = rows.find((boxes) => boxes.some((other) => other.box[1] < middle && middle < other.box[3]));
  if (!row) { rows.push([box]); return; }
  const place = row.findIndex((other) => other.box[0] > box.box[0]);
  row.splice(place < 0 ? row.length : place, 0, box);
}
