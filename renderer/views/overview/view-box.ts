/** How a drawing lies in its frame: moved by x and y pixels after being scaled by k. */
export interface View {
  readonly x: number;
  readonly y: number;
  readonly k: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 14;
const SMALLEST = 0.15;
const LARGEST = 2;
/** Below this the names cannot be read: a larger drawing is shown from its beginning instead. */
const READABLE = 0.64;

/** The whole drawing in the middle of its frame, never enlarged. Where it would be too small to read, the part around `centre`. */
export function fit(drawing: Size, frame: Size, centre: { readonly x: number; readonly y: number }): View {
  const wanted = Math.min(
    1,
    (frame.width - 2 * MARGIN) / Math.max(1, drawing.width),
    (frame.height - 2 * MARGIN) / Math.max(1, drawing.height),
  );
  const k = Math.max(READABLE, wanted);
  const place = (of: number, within: number, about: number) => {
    const room = within - of * k;
    if (room >= 2 * MARGIN) return room / 2;
    return Math.min(MARGIN, Math.max(room - MARGIN, within / 2 - about * k));
  };
  return {
    k,
    x: place(drawing.width, frame.width, centre.x),
    y: place(drawing.height, frame.height, centre.y),
  };
}

/** Scaled by `factor` about a point of the frame, which stays where it is. */
export function zoom(view: View, factor: number, x: number, y: number): View {
  const k = Math.min(LARGEST, Math.max(SMALLEST, view.k * factor));
  return { k, x: x - ((x - view.x) * k) / view.k, y: y - ((y - view.y) * k) / view.k };
}

/** Moved as little as shows a box of the drawing; the same view when it is in sight. */
export function reveal(view: View, box: Size & { readonly x: number; readonly y: number }, frame: Size): View {
  const shift = (start: number, length: number, within: number) => {
    if (start < MARGIN) return MARGIN - start;
    return start + length > within - MARGIN ? Math.max(MARGIN, within - MARGIN - length) - start : 0;
  };
  const dx = shift(view.x + box.x * view.k, box.width * view.k, frame.width);
  const dy = shift(view.y + box.y * view.k, box.height * view.k, frame.height);
  return dx === 0 && dy === 0 ? view : { ...view, x: view.x + dx, y: view.y + dy };
}
