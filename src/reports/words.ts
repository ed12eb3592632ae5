import type { Figure, ModelResult, Pair, Report } from '../analysis/report.js';
import { formatFixed } from '../metrics/numbers.js';

/** A fraction to three digits, with a sign where it is below 0; a dash where it is undefined. */
export function number(value: number | null, digits = 3): string {
  if (value === null) return '–';
  const size = formatFixed(Math.abs(value), digits);
  return value < 0 && Number(size) !== 0 ? `−${size}` : size;
}

/** `0.712 (0.661 to 0.763)`; the value alone where it has no interval. */
export function withInterval({ value, low, high }: Pick<Figure, 'value' | 'low' | 'high'>): string {
  if (low === null || high === null) return number(value);
  return `${number(value)} (${number(low)} to ${number(high)})`;
}

/** `$1.90`, `$0.052`; two digits that count below a dollar. */
export function money(usd: number | null): string {
  if (usd === null) return 'unknown';
  if (usd === 0) return '$0';
  if (usd >= 1) return `$${grouped(usd, 2)}`;
  return `$${usd < 1e-6 ? usd.toExponential(1) : decimal(usd)}`;
}

const decimal = (value: number) => {
  const digits = Math.max(2, 1 - Math.floor(Math.log10(value)));
  return value.toFixed(Math.min(20, digits));
};

/** A count with its thousands set apart: `12,345`. */
export const grouped = (value: number, digits = 0): string =>
  value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });

export const percent = (fraction: number): string => `${Number((fraction * 100).toFixed(2))}%`;

export const plural = (count: number, noun: string): string =>
  `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;

export const contendersOf = ({ models }: Report): ModelResult[] =>
  models.filter(({ role }) => role === 'contender');

export const teacherOf = ({ models }: Report): ModelResult | undefined =>
  models.find(({ role }) => role === 'teacher');

/** What the truth is, in words. */
export const truthInWords = (report: Report): string =>
  report.settings.truth === 'human' ? "people's labels" : "the teacher's labels";

/** What was found, a short paragraph for each contender, the best toxic F1 first. */
export function verdicts(report: Report): string[] {
  return contendersOf(report)
    .toSorted((a, b) => (f1Of(b) ?? -1) - (f1Of(a) ?? -1))
    .map((model) => `${quality(report, model)} ${cost(model, teacherOf(report))}`);
}

const f1Of = (model: ModelResult) => model.figures.toxic.f1.value;

function quality(report: Report, model: ModelResult): string {
  const f1 = model.figures.toxic.f1;
  if (f1.value === null) return `${model.name} has no toxic F1: it is not defined on these rows.`;
  const reached = `${model.name} reaches a toxic F1 of ${interval(f1, report)}`;
  const teacher = teacherOf(report);
  if (!teacher) return `${reached}.`;
  if (teacher.is_truth) return `${reached} against the labels of its teacher, ${teacher.name}.`;
  const beside = `its teacher, ${teacher.name}, ${withInterval(teacher.figures.toxic.f1)}`;
  return [`${reached}; ${beside}.`, comparison(report, model, teacher)].filter(Boolean).join(' ');
}

const interval = (figure: Figure, { settings }: Report) =>
  figure.low === null || figure.high === null
    ? number(figure.value)
    : `${number(figure.value)} (${percent(settings.confidence)} interval ${number(figure.low)} to ${number(figure.high)})`;

function comparison(report: Report, model: ModelResult, teacher: ModelResult): string {
  const pair = report.pairs.find(
    ({ a, b }) => [a, b].includes(model.name) && [a, b].includes(teacher.name),
  );
  if (!pair) return '';
  const rows = `the ${plural(pair.n, 'row')} that both answered`;
  if (pair.tied) return `On ${rows} the two cannot be told apart: they are statistically tied.`;
  const { value, low, high } = orient(pair, model.name);
  if (value === null || pair.f1_difference.p_holm > 1 - report.settings.confidence) {
    return `On ${rows} they are not right equally often, more than chance explains; their toxic F1 cannot be told apart.`;
  }
  const by = withInterval(
    value < 0 ? { value: -value, low: negate(high), high: negate(low) } : { value, low, high },
  );
  return `On ${rows} it is ${value < 0 ? 'worse' : 'better'} by ${by}, more than chance explains.`;
}

/** A pair's difference in toxic F1 as that of the named model less the other's. */
export function orient({ a, f1_difference }: Pair, name: string) {
  const { value, low, high } = f1_difference;
  if (a === name) return { value, low, high };
  return { value: negate(value), low: negate(high), high: negate(low) };
}

const negate = (value: number | null) => (value === null ? null : -value);

function cost({ cost }: ModelResult, teacher: ModelResult | undefined): string {
  if (cost.per_1000_rows === null) return 'What it costs is not known.';
  if (cost.per_1000_rows === 0) return `It costs nothing per row (${cost.basis}).`;
  const times = cost.times_cheaper_than_teacher;
  const compared = times === null || !teacher ? '' : `, ${timesInWords(times)} ${teacher.name}`;
  return `It costs ${money(cost.per_1000_rows)} per 1,000 rows${compared}.`;
}

function timesInWords(times: number): string {
  if (times > 0.95 && times < 1.05) return 'about as much as';
  return times > 1
    ? `${timesWord(times)} times less than`
    : `${timesWord(1 / times)} times more than`;
}

export const timesWord = (times: number): string =>
  times >= 10 ? grouped(Math.round(times)) : number(times, 1);
