import { formatMoney } from '../../format.js';

/** A log axis of costs, with places beside it for models that are free or of unknown cost. */
export interface CostAxis {
  readonly domain: [number, number];
  readonly ticks: readonly { readonly x: number; readonly text: string }[];
  /** Where a cost stands; null is unknown. */
  readonly place: (usd: number | null) => number;
}

/**
 * Whole decades around the costs. What is free is placed to their left, what has an unknown cost to
 * their right: a log scale has no place for either.
 *
 * @param costs - dollars; 0 is free, null unknown
 * @param maxTicks - labels that there is room for
 */
export function costAxis(costs: readonly (number | null)[], maxTicks: number): CostAxis {
  const priced = costs.filter((usd) => usd !== null && usd > 0) as number[];
  const from = Math.floor(Math.log10(Math.min(...priced, priced.length ? Infinity : 1) * 0.7));
  const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(...priced, 0) * 1.4 || 1)));
  const beside = Math.max(0.5, (to - from) / maxTicks);
  const free = 10 ** (from - beside);
  const unknown = 10 ** (to + beside);
  const hasFree = costs.includes(0);
  const hasUnknown = costs.includes(null);
  const step = Math.ceil((to - from) / maxTicks);
  const exponents = Array.from(
    { length: Math.floor((to - from) / step) + 1 },
    (_, i) => from + i * step,
  );
  return {
    domain: [
      hasFree ? 10 ** (from - beside * 1.4) : 10 ** from,
      hasUnknown ? 10 ** (to + beside * 1.4) : 10 ** to,
    ],
    ticks: [
      ...(hasFree ? [{ x: free, text: 'free' }] : []),
      ...(priced.length > 0
        ? exponents.map((e) => ({ x: 10 ** e, text: formatMoney(10 ** e) }))
        : []),
      ...(hasUnknown ? [{ x: unknown, text: 'unknown' }] : []),
    ],
    place: (usd) => (usd === null ? unknown : usd === 0 ? free : usd),
  };
}
