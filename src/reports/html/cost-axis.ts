import { formatMoney } from '../../format.js';

/** What stands on the axis: dollars per 1,000 rows, null where unknown, and how good it is. */
export interface Priced {
  readonly usd: number | null;
  readonly f1: number;
}

/** A stretch of the axis, in pixels. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** Where points stand from left to right, with bands beside the scale for what it has no place for. */
export interface Axis {
  readonly bands: readonly Stretch[];
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
  /** Where each of the points stands. */
  readonly xs: readonly number[];
  /** Where a value of the scale stands. */
  readonly place: (value: number) => number;
}

/** Pixels between the marks of a band, where the scale leaves room for no more. */
export const PITCH = 26;
/** Each holds the word that names it. */
const NARROWEST = { free: 40, unknown: 60 };
/** Between a band and the scale. */
export const GUTTER = 24;
export const TICK_WIDTH = 64;
/** What the bands may take of it, where the scale needs the rest. */
export const MOST_OF_AXIS = 0.6;
/** Marks closer than this would cover each other. */
export const MARK_GAP = 15;

/**
 * From free to dear, and what has an unknown cost last. Of one cost, so in the bands too, where no
 * place is dearer than another, the best stands first.
 */
export const fromFreeToDear = <P extends Priced>(points: readonly P[]): P[] =>
  points.toSorted((a, b) => (a.usd === b.usd ? b.f1 - a.f1 : costOf(a) - costOf(b)));

const costOf = ({ usd }: Priced) => usd ?? Number.POSITIVE_INFINITY;

/**
 * A log scale of whole decades around the costs, and the bands of what is free and of unknown cost
 * beside it: as wide as their marks need, or the whole axis where nothing has a price. Marks that would
 * cover each other stand side by side.
 *
 * @param points - as {@link fromFreeToDear} orders them
 * @param others - costs above 0 that the scale has to hold too
 */
export function costAxis(
  points: readonly Priced[],
  { from, to }: Stretch,
  others: readonly number[] = [],
): Axis {
  const costs = points.flatMap(({ usd }) => (usd ? [usd] : []));
  const [free, unknown] = bandWidths(points, to - from);
  const bands = [
    { name: 'free', from, to: from + free },
    { name: 'unknown', from: to - unknown, to },
  ].filter((band) => band.to > band.from);
  const scale = (others.length > 0 ? tightScale : logScale)([...costs, ...others], {
    from: free > 0 ? from + free + GUTTER : from,
    to: unknown > 0 ? to - unknown - GUTTER : to,
  });
  const xs = [
    ...evenly(points.filter(({ usd }) => usd === 0).length, from, free),
    ...costs.map(scale.place),
    ...evenly(points.filter(({ usd }) => usd === null).length, to - unknown, unknown),
  ];
  const named = bands.map(({ name, from, to }) => ({ x: (from + to) / 2, text: name }));
  return {
    bands,
    ticks: [...named, ...scale.ticks],
    xs: sideBySide(xs, { from, to }),
    place: scale.place,
  };
}

/** Moves marks that would cover each other apart. */
export function sideBySide(xs: readonly number[], { from, to }: Stretch): number[] {
  const gap = Math.min(MARK_GAP, (to - from) / xs.length);
  return spread(xs, gap, { from: from + gap / 2, to: to - gap / 2 });
}

/** How wide the bands of what is free and of what has an unknown cost are, within so many pixels. */
function bandWidths(points: readonly Priced[], width: number): [free: number, unknown: number] {
  const free = points.filter(({ usd }) => usd === 0).length;
  const unknown = points.filter(({ usd }) => usd === null).length;
  const all = points.length;
  if (free + unknown === all) {
    const room = width - (free > 0 && unknown > 0 ? GUTTER : 0);
    return [(room * free) / all, (room * unknown) / all];
  }
  const wanted = [
    free && Math.max(NARROWEST.free, free * PITCH),
    unknown && Math.max(NARROWEST.unknown, unknown * PITCH),
  ] as const;
  const share = Math.min(1, (MOST_OF_AXIS * width) / (wanted[0] + wanted[1] || 1));
  return [wanted[0] * share, wanted[1] * share];
}

export const evenly = (count: number, from: number, width: number) =>
  Array.from({ length: count }, (_, i) => from + ((i + 0.5) * width) / count);

/** Whole decades around the costs, as many of them named as there is room for. */
function logScale(costs: readonly number[], { from, to }: Stretch) {
  const first = Math.floor(Math.log10(Math.min(...costs, costs.length ? Infinity : 1) * 0.7));
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...costs, 0) * 1.4 || 1)));
  const place = (usd: number) => from + ((Math.log10(usd) - first) / (last - first)) * (to - from);
  const step = Math.ceil((last - first) / Math.max(1, Math.floor((to - from) / TICK_WIDTH)));
  const named = costs.length && Math.floor((last - first) / step) + 1;
  const decades = Array.from({ length: named }, (_, i) => 10 ** (first + i * step));
  return { place, ticks: decades.map((usd) => ({ x: place(usd), text: formatMoney(usd) })) };
}

const NARROW_TICK = 48;

/** As wide as the costs, with a little room at the ends, so that a line gets all the width there is. */
function tightScale(costs: readonly number[], { from, to }: Stretch) {
  const [first, last] = [
    Math.log10(Math.min(...costs) * 0.9),
    Math.log10(Math.max(...costs) * 1.25),
  ];
  const decade = (to - from) / (last - first);
  const place = (usd: number) => from + (Math.log10(usd) - first) * decade;
  const step = Math.max(1, Math.ceil(NARROW_TICK / decade));
  const powers = Array.from(
    { length: Math.ceil(last) - Math.floor(first) + 1 },
    (_, i) => Math.floor(first) + i,
  ).filter((power) => power % step === 0);
  // From 2 to 5 it is 0.4 decades, to 10 no more than 0.3.
  const digits = decade * Math.log10(2) >= NARROW_TICK ? [1, 2, 5] : [1];
  const ticks = powers
    .flatMap((power) => digits.map((digit) => digit * 10 ** power))
    .map((usd) => ({ x: place(usd), text: formatMoney(usd) }))
    .filter(({ x }) => x >= from && x <= to);
  return { place, ticks };
}

/**
 * Moves what is less than `gap` apart, all in all as little as may be: the isotonic regression of
 * each place less the room before it, by pooling adjacent violators. Then what stands outside is
 * moved in.
 *
 * @param xs - in ascending order
 */
export function spread(xs: readonly number[], gap: number, { from, to }: Stretch): number[] {
  const pools: { sum: number; count: number }[] = [];
  const mean = ({ sum, count }: { sum: number; count: number }) => sum / count;
  for (const [i, x] of xs.entries()) {
    let pool = { sum: x - i * gap, count: 1 };
    for (let last = pools.at(-1); last && mean(last) >= mean(pool); last = pools.at(-1)) {
      pools.pop();
      pool = { sum: last.sum + pool.sum, count: last.count + pool.count };
    }
    pools.push(pool);
  }
  const room = gap * (xs.length - 1);
  return pools
    .flatMap((pool) => new Array<number>(pool.count).fill(mean(pool)))
    .map((start, i) => Math.max(from, Math.min(start, to - room)) + i * gap);
}
