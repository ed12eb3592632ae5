/** An upright line in a drawing, with a mark on it and a name to fly from its top. In pixels. */
export interface Pole {
  readonly x: number;
  readonly top: number;
  readonly bottom: number;
  /** Of the name. */
  readonly width: number;
}

/** Where names stand that fly from the feet of their poles, so below them: {@link placeFlags} upside down. */
export function placeFlagsBelow(
  poles: readonly Pole[],
  right: number,
  obstacles: readonly Box[] = [],
): Flag[] {
  const turned = <B extends Pick<Box, 'top' | 'bottom'>>(box: B): B => ({
    ...box,
    top: -box.bottom,
    bottom: -box.top,
  });
  return placeFlags(poles.map(turned), right, obstacles.map(turned)).map(
    ({ left, middle, poleTop }) => ({ left, middle: -middle, poleTop: -poleTop }),
  );
}

/** From the pole to its name. */
const FLAG_GAP = 5;
/** From the middle of a name up to the end of the pole beside it, nearer to no other name. */
const RISE = 2;
export const HALF_HEIGHT = 8;
/** Of a mark that is a disc; the tips of a star of its size reach half as far again. */
export const MARK_RADIUS = 5;
export const MARK_REACH = 8;

/** Where a name stands: its left end, its middle, and the top of its pole. */
export interface Flag {
  readonly left: number;
  readonly middle: number;
  readonly poleTop: number;
}

/**
 * Each name stands to the right of its pole's top, or higher where it would cover another name or
 * pole there; the pole is to be drawn up to it. Where that is too far right, the name stands above
 * the pole, as far to the left as no other pole is.
 *
 * A name covers only what stands further right, and all of that has its place by then: so no name
 * lies on a pole, and no pole need cross a name.
 *
 * @param poles - from left to right, no two at one place
 * @param right - where the names should end; one that has no room on its left goes beyond
 * @param obstacles - what else no name may cover
 */
export function placeFlags(
  poles: readonly Pole[],
  right: number,
  obstacles: readonly Box[] = [],
): Flag[] {
  const taken = [...obstacles];
  const flags = poles.map((pole, i) => ({ pole, left: leftOf(pole, poles[i - 1], right) }));
  return flags
    .toReversed()
    .map(({ pole, left }) => {
      const { x, top, bottom, width } = pole;
      const within = taken.filter((box) => box.left < left + width && box.right > left);
      const middle = [top, ...within.map((box) => box.top)]
        .map((edge) => Math.min(edge, top) - HALF_HEIGHT)
        .toSorted((a, b) => b - a)
        .find((y) => within.every((box) => isClear(y, box)));
      // Above the topmost of the edges every name is clear.
      const y = middle ?? top - HALF_HEIGHT;
      const poleTop = left > x ? y - RISE : y + HALF_HEIGHT;
      taken.push(
        { left, right: left + width, top: y - HALF_HEIGHT, bottom: y + HALF_HEIGHT },
        // As high as the name beside it, so that its end is nearer to this name than to any other.
        { left: x - MARK_REACH, right: x + MARK_REACH, top: y - HALF_HEIGHT, bottom },
      );
      return { left, middle: y, poleTop };
    })
    .toReversed();
}

function leftOf({ x, width }: Pole, previous: Pole | undefined, right: number): number {
  const beside = x + FLAG_GAP;
  const free = previous ? previous.x + MARK_REACH + FLAG_GAP : Number.NEGATIVE_INFINITY;
  return Math.min(beside, Math.max(right - width, free));
}

/** A rectangle in pixels, down from the top. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const isClear = (middle: number, { top, bottom }: Box) =>
  middle + HALF_HEIGHT <= top || middle - HALF_HEIGHT >= bottom;
