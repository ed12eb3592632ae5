/**
 * How numbers are written for people, in every report and command. Files that programs read hold
 * them unrounded.
 */

/** Stands for a figure that is not defined. */
const UNDEFINED = '-';

/** Decimals of a figure, where nothing asks for more. */
const DECIMALS = 2;

/** Smaller differences are the traces of binary fractions: a kappa of 1e-16 is 0. */
const NOISE = 1e-12;

/** A figure with the ends of its interval, null where there is none. */
export interface Measured {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * A figure with two decimals: `0.71`; `-` where it is not defined. A value that is less than 0.01
 * away from 0 or from 1, without being it, is written with as many decimals as show two digits of
 * that distance: `0.0034`, `0.9987`. So only 0 is `0.00`, and only 1 is `1.00`.
 *
 * @param decimals - so many instead of two
 */
export const formatNumber = (value: number | null, decimals = DECIMALS): string =>
  value === null ? UNDEFINED : write(value, decimalsFor(distances(value), decimals));

/**
 * A figure and its interval, with equally many decimals: `0.71 [0.62, 0.79]`. The width of the
 * interval counts as the distances of {@link formatNumber} do: `0.9312 [0.9290, 0.9333]`.
 */
export const formatFigure = (figure: Measured): string => joined(formatParts(figure));

/**
 * A coefficient and its interval: `-1.00 [-1.87, -0.12]`. Nothing ends at 0 or at 1 for it, so that
 * the width of its interval alone may ask for more than two decimals.
 */
export const formatCoefficient = (figure: Measured): string => joined(coefficientParts(figure));

/** What is written of a figure, in two parts for a page that sets the interval in smaller type. */
interface Parts {
  readonly value: string;
  readonly interval: string | null;
}

const joined = ({ value, interval }: Parts) => (interval === null ? value : `${value} ${interval}`);

/** The two parts of {@link formatFigure}. */
export const formatParts = (figure: Measured): Parts =>
  partsOf(figure, figure.value === null ? [] : distances(figure.value));

/** The two parts of {@link formatCoefficient}. */
export const coefficientParts = (figure: Measured): Parts => partsOf(figure, []);

function partsOf({ value, low, high }: Measured, apart: readonly number[]): Parts {
  if (value === null) return { value: UNDEFINED, interval: null };
  if (low === null || high === null)
    return { value: write(value, decimalsFor(apart)), interval: null };
  const decimals = decimalsFor([...apart, high - low]);
  const [written = '', from, to] = [value, low, high].map((each) => write(each, decimals));
  return { value: written, interval: `[${from}, ${to}]` };
}

/** The least and the most that a figure can be: `0.50 to 0.57`. */
export function formatRange(least: number, most: number): string {
  const decimals = decimalsFor([most - least]);
  return `${write(least, decimals)} to ${write(most, decimals)}`;
}

/** Figures that are read side by side, with equally many decimals: enough for each of them. */
export function formatTogether(values: readonly number[]): string[] {
  const decimals = decimalsFor(values.flatMap(distances));
  return values.map((value) => write(value, decimals));
}

/** A figure that has been written, with its sign: `+0.12`, `-0.04`. */
export const withSign = (written: string): string =>
  written.startsWith('-') ? written : `+${written}`;

/** A p-value: `0.034`, `<0.001`. */
export const formatP = (p: number): string => (p < 0.001 ? '<0.001' : formatFixed(p, 3));

/**
 * A share as a percentage: `97.5%`, `100%`. Within a tenth of 0% or 100%, without being it, it gets
 * the decimals that show two digits of the distance: `99.97%`.
 *
 * @param most - decimals at most, elsewhere
 */
export function formatPercent(share: number | null, most = 1): string {
  if (share === null) return UNDEFINED;
  const decimals = decimalsFor([100 * share, 100 * (1 - share)], most);
  return `${Number(formatFixed(100 * share, decimals))}%`;
}

/** A count, its thousands set apart: `12,345`. */
export const formatCount = (count: number): string => grouped(String(count));

/** What `toLocaleString('en-US')` does after ten milliseconds of reading the rules of all languages. */
const grouped = (number: string): string =>
  number.replace(/\B(?<!\.\d*)(?=(?:\d{3})+(?!\d))/g, ',');

/** A count and what it counts: `1 row`, `12,345 rows`. */
export const plural = (count: number, noun: string): string =>
  `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;

/** A rate or a time, in whole numbers from ten on, with two digits below: `1,250`, `7.3`, `0.023`. */
export const formatMeasure = (value: number): string =>
  value >= 10 ? formatCount(Math.round(value)) : String(Number(value.toPrecision(2)));

/** Decimals of a dollar: below a billionth are only the traces of binary fractions. */
const MONEY_DECIMALS = 9;

/**
 * Dollars: `$1,234.50`, `$8`. Below a dollar three digits that count, without the zeros at the end:
 * `$0.50`, `$0.0123`, `$0.00000012`. So only 0 is `$0`; null is `unknown`.
 */
export function formatMoney(usd: number | null): string {
  if (usd === null) return 'unknown';
  const exact = usd.toFixed(MONEY_DECIMALS);
  if (Number(exact) === 0 && usd > 0) return `<$${(10 ** -MONEY_DECIMALS).toFixed(MONEY_DECIMALS)}`;
  if (Number.isInteger(Number(exact))) return `$${formatCount(Number(exact))}`;
  if (usd >= 1) return `$${withCents(usd)}`;
  const decimals = Math.min(MONEY_DECIMALS, 2 - Math.floor(Math.log10(usd)));
  // Cents keep their two digits.
  return `$${usd.toFixed(decimals).replace(/(\.\d\d\d*?)0+$/, '$1')}`;
}

const withCents = (usd: number) => grouped(usd.toFixed(2));

/** Two costs that differ by less are about the same. */
const SAME_COST = 1.05;

/**
 * How one cost compares with another, in words: `7.4 times cheaper`, `10 times dearer`, `about the
 * same`.
 *
 * @param times - the other cost divided by this one: above 1 where this one is cheaper
 * @param other - what the other cost is of, to be named: `7.4 times cheaper than gpt-4.1`
 */
export function formatRatio(times: number, other?: string): string {
  const ratio = Math.max(times, 1 / times);
  if (ratio < SAME_COST) return `about the same${other === undefined ? '' : ` as ${other}`}`;
  const digits = ratio < 100 ? String(Number(ratio.toFixed(1))) : formatCount(Math.round(ratio));
  const than = other === undefined ? '' : ` than ${other}`;
  return `${digits} times ${times > 1 ? 'cheaper' : 'dearer'}${than}`;
}

/**
 * A non-negative number as Python's `'{:.Nf}'` writes it: the exact binary value is rounded, and an
 * exact tie goes to the even digit. `toFixed` rounds such a tie up: 0.125 to 0.13, where Python
 * prints 0.12.
 *
 * @param digits - decimals, 0 to 98
 */
export function formatFixed(value: number, digits: number): string {
  const rounded = value.toFixed(digits);
  const exact = value.toFixed(100);
  const cut = exact.length - (100 - digits);
  const isTie = /^50*$/.test(exact.slice(cut));
  if (!isTie) return rounded;
  const truncated = exact.slice(0, cut).replace(/\.$/, '');
  return /[02468]$/.test(truncated) ? truncated : rounded;
}

/** How far a value is from 0 and from 1, which it must not be rounded to. */
const distances = (value: number) => [Math.abs(value), Math.abs(1 - Math.abs(value))];

/** So many decimals, or as many as show two digits of every smaller distance. */
function decimalsFor(apart: readonly number[], decimals = DECIMALS): number {
  const small = apart.filter((distance) => distance > NOISE && distance < 10 ** -decimals);
  return Math.max(decimals, ...small.map((distance) => 1 - Math.floor(Math.log10(distance))));
}

function write(value: number, decimals: number): string {
  const size = formatFixed(Math.abs(value), decimals);
  return value < 0 && Number(size) !== 0 ? `-${size}` : size;
}
