/** Lanczos' coefficients for g = 7, nine terms, as computed by P. Godfrey. */
const LANCZOS_G = 7;
const LANCZOS = [
  0.9999999999998099, 676.5203681218851, -1259.1392167224028, 771.3234287776531, -176.6150291621406,
  12.507343278686905, -0.13857109526572012, 9.984369578019572e-6, 1.5056327351493116e-7,
];
const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;

/**
 * The natural logarithm of the gamma function for x >= 0.5; of n + 1 it is log n!.
 * Lanczos' approximation, good to about 14 digits.
 *
 * @see C. Lanczos, A Precision Approximation of the Gamma Function, SIAM J. Numer. Anal. B 1, 1964
 */
export function logGamma(x: number): number {
  const z = x - 1;
  const t = z + LANCZOS_G + 0.5;
  let series = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) series += (LANCZOS[i] as number) / (z + i);
  return HALF_LOG_2PI + (z + 0.5) * Math.log(t) - t + Math.log(series);
}

/** Evaluates a polynomial whose constant term comes first. */
const polynomial = (coefficients: readonly number[], x: number) =>
  coefficients.reduceRight((sum, coefficient) => sum * x + coefficient, 0);

const CDF_NUMERATOR = [
  220.206867912376, 221.213596169931, 112.079291497871, 33.912866078383, 6.37396220353165,
  0.700383064443688, 3.52624965998911e-2,
];
const CDF_DENOMINATOR = [
  440.413735824752, 793.826512519948, 637.333633378831, 296.564248779674, 86.7807322029461,
  16.064177579207, 1.75566716318264, 8.83883476483184e-2,
];

/**
 * The standard normal distribution function. Hart's rational approximation, and a continued
 * fraction for the far tails; good to about 14 digits.
 *
 * @see G. West, Better Approximations to Cumulative Normal Functions, Wilmott Magazine, 2005
 */
export function normalCdf(x: number): number {
  const size = Math.abs(x);
  const density = Math.exp((-size * size) / 2);
  const tail =
    size < 7.07106781186547
      ? (density * polynomial(CDF_NUMERATOR, size)) / polynomial(CDF_DENOMINATOR, size)
      : density / (Math.sqrt(2 * Math.PI) * tailFraction(size));
  return x > 0 ? 1 - tail : tail;
}

const tailFraction = (x: number) => x + 1 / (x + 2 / (x + 3 / (x + 4 / (x + 0.65))));

const CENTRE = {
  numerator: [
    3.3871328727963665, 133.14166789178438, 1971.5909503065513, 13731.693765509461,
    45921.95393154987, 67265.7709270087, 33430.57558358813, 2509.0809287301227,
  ],
  denominator: [
    1, 42.31333070160091, 687.1870074920579, 5394.196021424751, 21213.794301586597,
    39307.89580009271, 28729.085735721943, 5226.495278852855,
  ],
};
const SHOULDER = {
  numerator: [
    1.4234371107496835, 4.630337846156546, 5.769497221460691, 3.6478483247632045,
    1.2704582524523684, 0.2417807251774506, 0.022723844989269184, 7.745450142783414e-4,
  ],
  denominator: [
    1, 2.053191626637759, 1.6763848301838038, 0.6897673349851, 0.14810397642748008,
    0.015198666563616457, 5.475938084995345e-4, 1.0507500716444169e-9,
  ],
};
const TAIL = {
  numerator: [
    6.657904643501103, 5.463784911164114, 1.7848265399172913, 0.29656057182850487,
    0.026532189526576124, 0.0012426609473880784, 2.7115555687434876e-5, 2.0103343992922881e-7,
  ],
  denominator: [
    1, 0.599832206555888, 0.1369298809227358, 0.014875361290850615, 7.868691311456133e-4,
    1.8463183175100548e-5, 1.4215117583164459e-7, 2.0442631033899397e-15,
  ],
};

/**
 * The standard normal quantile, the inverse of {@link normalCdf}: about 16 digits.
 *
 * @param p - a probability; 0 and 1 give the infinities
 * @see M. J. Wichura, Algorithm AS 241, Applied Statistics 37, 1988 (PPND16)
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5;
  if (Math.abs(q) <= 0.425) return q * ratio(CENTRE, 0.180625 - q * q);
  const tail = Math.min(p, 1 - p);
  if (tail <= 0) return q < 0 ? -Infinity : Infinity;
  const r = Math.sqrt(-Math.log(tail));
  const size = r <= 5 ? ratio(SHOULDER, r - 1.6) : ratio(TAIL, r - 5);
  return q < 0 ? -size : size;
}

const ratio = ({ numerator, denominator }: typeof CENTRE, x: number) =>
  polynomial(numerator, x) / polynomial(denominator, x);
