import type { CascadeCurve } from '../analysis/report/comparisons.js';

export type CascadePoint = CascadeCurve['points'][number];

/** Of the points of a curve, those that a screen has. */
const SHOWN = [0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1];

/** The points nearest to the shares that a table shows, and the knee; each share once. */
export function pointsShown({
  points,
  knee,
}: {
  points: readonly CascadePoint[];
  knee: number;
}): (CascadePoint & { readonly isKnee: boolean })[] {
  const nearest = SHOWN.map((share) => {
    const distances = points.map((point) => Math.abs(point.share - share));
    return distances.indexOf(Math.min(...distances));
  });
  const places = [...new Set([knee, ...nearest])].filter((place) => place >= 0);
  const shares = places.map((place) => points[place]?.share);
  return places
    .filter((place, i) => shares.indexOf(points[place]?.share) === i)
    .sort((a, b) => a - b)
    .flatMap((place) => {
      const point = points[place];
      return point ? [{ ...point, isKnee: place === knee }] : [];
    });
}

/** The F1 of a point, with its interval. */
export const f1OfPoint = ({ f1: value, low, high }: CascadePoint) => ({ value, low, high });
