// Boxes are [left, top, right, bottom] in pixels of the picture.

const EDGES = ["left", "top", "right", "bottom"];
const LEAST_SIDE_PX = 2;

const bounded = (value, low, high) => Math.min(Math.max(value, low), high);

const spanned = ([x0, y0], [x1, y1]) => [Math.min(x0, x1), Math.min(y0, y1), Math.max(x0, x1), Math.max(y0, y1)];

const shifted = (box, dx, dy) => box.map((edge, place) => edge + (place % 2 ? dy : dx));

const isLargeEnough = ([left, top, right, bottom]) => right - left >= LEAST_SIDE_PX && bottom - top >= LEAST_SIDE_PX;

const isSameBox = (a, b) => a.every((edge, place) => edge === b[place]);

// The box cut off at the picture's edges.
function cutOff(box, [width, height]) {
  const [left, top, right, bottom] = box.map(Math.round);
  return [bounded(left, 0, width), bounded(top, 0, height), bounded(right, 0, width), bounded(bottom, 0, height)];
}

// The box pushed back into the picture, as large as it was.
function pushedBack(box, [width, height]) {
  const [left, top, right, bottom] = box.map(Math.round);
  const dx = Math.max(0, -left) + Math.min(0, width - right), dy = Math.max(0, -top) + Math.min(0, height - bottom);
  return cutOff(shifted([left, top, right, bottom], dx, dy), [width, height]);
}

// What an arrow key makes of a box: moved, or its right and lower edges drawn out or in.
function nudged(box, key, by, isResize, size) {
  const [dx, dy] = { ArrowLeft: [-by, 0], ArrowRight: [by, 0], ArrowUp: [0, -by], ArrowDown: [0, by] }[key];
  if (!isResize) return pushedBack(shifted(box, dx, dy), size);
  return cutOff([box[0], box[1], box[2] + dx, box[3] + dy], size);
}
