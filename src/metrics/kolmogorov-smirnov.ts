/** Terms of the series below fall faster than exponentially. */
const MOST_TERMS = 100;

/**
 * The two-sample test of Kolmogorov and Smirnov: whether two samples come from one distribution.
 *
 * @returns the largest distance between their distribution functions, and its two-sided p-value by
 *   Kolmogorov's limit. From about 30 values in each on a small one errs to the larger side (one
 *   near 1/2 may be 1.4% too small): corrections for few values are made for one sample, and come
 *   out too small for two of equal size. Values that are equal make it larger still.
 * @see N. Smirnov, Ann. Math. Stat. 19, 1948
 */
export function kolmogorovSmirnov(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
): { readonly distance: number; readonly p: number } {
  const x = Float64Array.from(a).sort();
  const y = Float64Array.from(b).sort();
  let [i, j, distance] = [0, 0, 0];
  while (i < x.length && j < y.length) {
    const value = Math.min(x[i] ?? 0, y[j] ?? 0);
    while (i < x.length && x[i] === value) i += 1;
    while (j < y.length && y[j] === value) j += 1;
    distance = Math.max(distance, Math.abs(i / x.length - j / y.length));
  }
  const root = Math.sqrt((x.length * y.length) / (x.length + y.length));
  return { distance, p: tail(root * distance) };
}

/** P(K > t) of Kolmogorov's distribution. */
function tail(t: number): number {
  if (t < 0.2) return 1; // The series converges badly there, and the value is 1 to 12 digits.
  let sum = 0;
  for (let k = 1; k <= MOST_TERMS; k++) {
    const term = Math.exp(-2 * k * k * t * t);
    sum += k % 2 === 1 ? term : -term;
    if (term < 1e-16) break;
  }
  return Math.min(1, Math.max(0, 2 * sum));
}
