// How boxes look, and what is said of them.

const SVG = "http://www.w3.org/2000/svg";
const HANDLES = [["left", "top"], ["right", "top"], ["left", "bottom"], ["right", "bottom"]];

function svgPart(name, attributes, text = "") {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.textContent = text;
  return element;
}

// One box with its sign; `edges` are on the screen, `isChosen` gives it handles.
function boxPart(box, edges, isChosen) {
  const [left, top, right, bottom] = edges;
  const isNone = box.label === NOT_A_DIGIT;
  const kind = [isChosen && "chosen", isNone && "none", box.open && "open", box.isNew && "new"].filter(Boolean).join(" ");
  const group = svgPart("g", { class: kind });
  const size = bounded(0.62 * (right - left), 14, 20), above = top - 5 >= size * 0.8 ? top - 5 : bottom + size;
  const sign = box.isNew ? "" : box.open ? "?" : isNone ? "×" : box.label ?? "…";
  group.append(
    svgPart("path", { d: `M${left} ${top}H${right}V${bottom}H${left}Z` }), // a light rim: the box is seen on dark ground as well
    svgPart("rect", { x: left, y: top, width: right - left, height: bottom - top, rx: 2, "data-id": box.id }),
    svgPart("text", { x: (left + right) / 2, y: above, "font-size": size, "text-anchor": "middle" }, sign),
  );
  if (box.said && !isNone) group.append(svgPart("circle", { cx: right, cy: top, r: 3.5, class: "said" }));
  for (const [x, y] of isChosen ? HANDLES : []) {
    const [cx, cy] = [x === "left" ? left - 3 : right + 3, y === "top" ? top - 3 : bottom + 3];
    group.append(
      svgPart("circle", { cx, cy, r: 13, class: "grip", "data-id": box.id, "data-handle": `${x} ${y}` }),
      svgPart("circle", { cx, cy, r: 4, class: "handle" }),
    );
  }
  return group;
}

// The chosen one of `boxes` in words; undefined for none.
function sentenceOf(box, boxes) {
  if (!box) return boxes.length ? "Choose a digit." : "There is no box yet. Draw one around each digit.";
  const place = `Digit ${boxes.indexOf(box) + 1} of ${boxes.length}`;
  const read = box.read === null ? "" : `read as ${box.read}, ${box.sure}`;
  if (box.open) return `${place}: which of the typed digits is it? It was ${read}.`;
  if (box.label === null) return `${place}: …`;
  if (box.label === NOT_A_DIGIT) return `${place}: not a digit${read && ` (${read})`}`;
  if (!box.said) return `${place}: ${read}`;
  return box.label === box.read ? `${place}: ${box.label}, as it was read` : `${place}: ${box.label} (${read || "yours"})`;
}
