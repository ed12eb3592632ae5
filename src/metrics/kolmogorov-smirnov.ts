/** Terms of the series below fall faster than exponentially. */
const MOST_TERMS = 100;

/**
 * The two-sample test of Kolmogorov and Smirnov: whether two samples come from one distribution.
 *
 * @returns the largest distance between their distribution functions, and its asymptotic two-sided
 *   p-value with the correction of Stephens, which holds from about 20 values in each on
 * @see M. A. Stephens, J. R. Stat. Soc. B 32, 1970
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
  return { distance, p: tail((root + 0.12 + 0.11 / root) * distance) };
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
