import { type Box, type Flag, HALF_HEIGHT, MARK_REACH, type Pole } from './flags.js';

/** A point of a line: across in pixels, up and down on the scale of the F1. */
export interface LinePoint {
  readonly x: number;
  readonly f1: number;
}

/** Pixels on either side of a line that no name may cover, and how finely it is followed. */
const CLEARANCE = 3;
const STEP = 6;

/** What no name may cover of a line. */
export function boxesAlong(line: readonly LinePoint[], down: (f1: number) => number): Box[] {
  return line.slice(1).flatMap((to, i) => {
    const from = line[i] ?? to;
    const steps = Math.max(1, Math.ceil((to.x - from.x) / STEP));
    const at = (step: number) => ({
      x: from.x + ((to.x - from.x) * step) / steps,
      y: down(from.f1 + ((to.f1 - from.f1) * step) / steps),
    });
    return Array.from({ length: steps }, (_, step) => {
      const [a, b] = [at(step), at(step + 1)];
      return {
        left: Math.min(a.x, b.x),
        right: Math.max(a.x, b.x),
        top: Math.min(a.y, b.y) - CLEARANCE,
        bottom: Math.max(a.y, b.y) + CLEARANCE,
      };
    });
  });
}

const POLE_REACH = 2 * MARK_REACH;

/** What poles and their names cover, and so much beside the poles that no other name seems theirs. */
export const boxesOf = (poles: readonly Pole[], flags: readonly Flag[]): Box[] =>
  poles.flatMap(({ x, bottom, width }, i) => {
    const { left, middle, poleTop } = flags[i] ?? { left: 0, middle: 0, poleTop: 0 };
    return [
      { left: x - POLE_REACH, right: x + POLE_REACH, top: poleTop, bottom },
      { left, right: left + width, top: middle - HALF_HEIGHT, bottom: middle + HALF_HEIGHT },
    ];
  });

/** What the ring around a point covers. */
export function boxOfRing({ x, f1 }: LinePoint, down: (f1: number) => number): Box {
  const y = down(f1);
  return { left: x - RING, right: x + RING, top: y - RING, bottom: y + RING };
}

/** From its middle to its rim. */
export const RING_RADIUS = 8;
const RING = RING_RADIUS + 1;
