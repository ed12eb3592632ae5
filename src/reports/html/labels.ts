/** A rectangle in pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A mark that wants its name beside it, and what it covers itself. */
export interface Anchor {
  readonly name: string;
  readonly x: number;
  readonly y: number;
  readonly covers: readonly Box[];
}

/** How far from its mark a name stands. */
export interface Placing {
  readonly dx: number;
  readonly dy: number;
  readonly anchor: 'start' | 'end';
}

const CHARACTER_WIDTH = 7.2;
const HALF_HEIGHT = 7;
const GAP = 11;
/** To the right first, a little above, so that a line that leaves the mark stays free. */
const DISTANCES = [-11, 11, -26, 26, -41, 41];

/**
 * Gives every name the first place beside its mark where it covers nothing and stays within the
 * frame, or else the place where it covers least.
 */
export function placeLabels(anchors: readonly Anchor[], frame: Box): Placing[] {
  const taken = anchors.flatMap(({ covers }) => covers);
  return anchors.map(({ name, x, y }) => {
    const length = name.length * CHARACTER_WIDTH;
    const candidates = DISTANCES.flatMap((dy) =>
      (['start', 'end'] as const).map((anchor) => {
        const dx = anchor === 'start' ? GAP : -GAP;
        const left = anchor === 'start' ? x + dx : x + dx - length;
        const box = {
          left,
          right: left + length,
          top: y + dy - HALF_HEIGHT,
          bottom: y + dy + HALF_HEIGHT,
        };
        const outside = area(box) - overlap(box, frame);
        const covered = taken.reduce((sum, other) => sum + overlap(box, other), 0);
        return { dx, dy, anchor, box, badness: covered + 10 * outside };
      }),
    );
    const best = candidates.reduce((a, b) => (b.badness < a.badness ? b : a));
    taken.push(best.box);
    return { dx: best.dx, dy: best.dy, anchor: best.anchor };
  });
}

const area = ({ left, right, top, bottom }: Box) => (right - left) * (bottom - top);

function overlap(a: Box, b: Box): number {
  const width = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const height = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return width > 0 && height > 0 ? width * height : 0;
}
