import { logGamma } from './distributions.js';

/** Tables are as likely as the one seen where rounding alone tells them apart. */
const ROUNDING = 1 + 1e-7;

/**
 * Fisher's exact test of whether a part and the rest have the same share of hits: the probability of
 * all tables with the same margins that are no likelier than this one. It holds for any counts.
 *
 * @returns the two-sided p-value
 * @see R. A. Fisher, J. R. Stat. Soc. 85, 1922
 */
export function fisherExact(
  part: { readonly hits: number; readonly rows: number },
  rest: { readonly hits: number; readonly rows: number },
): number {
  const rows = part.rows + rest.rows;
  const hits = part.hits + rest.hits;
  const logAll = logChoose(rows, part.rows);
  const probability = (hitsInPart: number) =>
    Math.exp(logChoose(hits, hitsInPart) + logChoose(rows - hits, part.rows - hitsInPart) - logAll);
  const limit = probability(part.hits) * ROUNDING;
  let p = 0;
  const most = Math.min(hits, part.rows);
  for (let count = Math.max(0, part.rows - (rows - hits)); count <= most; count++) {
    const own = probability(count);
    if (own <= limit) p += own;
  }
  return Math.min(1, p);
}

const logChoose = (n: number, k: number) => logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
