/**
 * The functions that training and scoring need, from the four basic operations alone. ECMAScript leaves
 * the last bits of Math.exp and Math.log to the engine, but demands correct rounding of + - * /:
 * with these the same seed and data give the same student everywhere.
 */

const { LN2 } = Math;
const TAYLOR_TERMS = 14;
const ATANH_TERMS = 12;

/** exp(-700) and exp(700) are still normal numbers; nothing here needs more. */
const LARGEST = 700;

/** e to the power of x; x is held between -700 and 700. Within 1e-14 of Math.exp, relatively. */
export function exp(x: number): number {
  const bounded = Math.min(LARGEST, Math.max(-LARGEST, x));
  const twos = Math.round(bounded / LN2);
  const rest = bounded - twos * LN2;
  let sum = 1;
  for (let term = TAYLOR_TERMS; term > 0; term--) sum = 1 + (sum * rest) / term;
  return sum * powerOfTwo(twos);
}

/** The natural logarithm of a positive, normal number. Within 1e-14 of Math.log. */
export function log(x: number): number {
  let mantissa = x;
  let twos = 0;
  for (; mantissa > 1.5; mantissa /= 2) twos += 1;
  for (; mantissa < 0.75; mantissa *= 2) twos -= 1;
  // log m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...) with s = (m - 1) / (m + 1), |s| <= 0.2.
  const s = (mantissa - 1) / (mantissa + 1);
  let sum = 0;
  for (let term = ATANH_TERMS; term >= 0; term--) sum = 1 / (2 * term + 1) + sum * s * s;
  return twos * LN2 + 2 * s * sum;
}

/** 1 / (1 + e^-z): a probability of its log odds. */
export const sigmoid = (z: number): number => 1 / (1 + exp(-z));

/** log(1 + e^z), without overflow. */
export const softplus = (z: number): number => Math.max(z, 0) + log(1 + exp(-Math.abs(z)));

function powerOfTwo(exponent: number): number {
  const factor = exponent < 0 ? 0.5 : 2;
  let power = 1;
  for (let i = Math.abs(exponent); i > 0; i--) power *= factor;
  return power;
}
