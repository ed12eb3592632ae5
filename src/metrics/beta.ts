import { logGamma } from './distributions.js';

const MOST_TERMS = 10_000;
const TINY = 1e-300;
/** Halvings that leave no double between two bounds of a probability. */
const HALVINGS = 200;

/**
 * The distribution function of the beta distribution, I_x(a, b): Lentz's continued fraction, about
 * 13 digits.
 *
 * @param x - 0 to 1
 * @param a - 0.5 or more
 * @param b - 0.5 or more
 * @see W. H. Press et al., Numerical Recipes, 3rd edition, 2007, section 6.4
 */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  const logFactor =
    logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x);
  const factor = Math.exp(logFactor);
  // The fraction converges fast on this side of the mean; the other side is its mirror image.
  return x < (a + 1) / (a + b + 2)
    ? (factor * betaFraction(x, a, b)) / a
    : 1 - (factor * betaFraction(1 - x, b, a)) / b;
}

function betaFraction(x: number, a: number, b: number): number {
  const away = (value: number) => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / away(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MOST_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / away(1 + even * d);
    c = away(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / away(1 + odd * d);
    c = away(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) < Number.EPSILON) break;
  }
  return fraction;
}

/** The quantile of the beta distribution, the inverse of {@link betaCdf}. */
export function betaQuantile(p: number, a: number, b: number): number {
  let low = 0;
  let high = 1;
  for (let i = 0; i < HALVINGS && low < high; i++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (betaCdf(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * The quantile of Student's t distribution.
 *
 * @param p - a probability above 0 and below 1
 * @param freedom - degrees of freedom, 1 or more
 */
export function tQuantile(p: number, freedom: number): number {
  const tail = Math.min(p, 1 - p);
  const x = betaQuantile(2 * tail, freedom / 2, 0.5);
  const size = Math.sqrt((freedom * (1 - x)) / x);
  return p < 0.5 ? -size : size;
}
