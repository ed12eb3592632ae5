import { formatPercent } from '../../format.js';
import {
  type Axis,
  evenly,
  GUTTER,
  MARK_GAP,
  MOST_OF_AXIS,
  PITCH,
  type Stretch,
  sideBySide,
  TICK_WIDTH,
} from './cost-axis.js';

/** Holds the word that names the band. */
const NARROWEST = 52;

/** Shares of the rows asked of a teacher; the marks of models that have none stand in a band beside it. */
export function shareAxis(
  points: readonly { readonly share: number | null }[],
  { from, to }: Stretch,
): Axis {
  const others = points.filter(({ share }) => share === null).length;
  const wanted = others && Math.max(NARROWEST, others * PITCH);
  const band = Math.min(wanted, (MOST_OF_AXIS * (to - from)) / 2);
  const end = band > 0 ? to - band - GUTTER : to - MARK_GAP / 2;
  const first = from + MARK_GAP / 2;
  const place = (share: number) => first + share * (end - first);
  const xs = [
    ...points.flatMap(({ share }) => (share === null ? [] : [place(share)])),
    ...evenly(others, to - band, band),
  ];
  const steps = end - from > 5 * TICK_WIDTH ? 5 : 2;
  const ticks = Array.from({ length: steps + 1 }, (_, i) => i / steps);
  return {
    bands: band > 0 ? [{ from: to - band, to }] : [],
    ticks: [
      ...ticks.map((share) => ({ x: place(share), text: formatPercent(share) })),
      ...(band > 0 ? [{ x: to - band / 2, text: 'others' }] : []),
    ],
    xs: sideBySide(xs, { from, to }),
    place,
  };
}

/** From the least share up, then what has none; of one share the best stands first. */
export const fromNoneToAll = <P extends { readonly share: number | null; readonly f1: number }>(
  points: readonly P[],
): P[] =>
  points.toSorted((a, b) =>
    a.share === b.share ? b.f1 - a.f1 : (a.share ?? Infinity) - (b.share ?? Infinity),
  );
