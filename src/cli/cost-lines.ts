import { formatCount, formatMoney, plural } from '../format.js';
import type { FileTotals } from '../labels/done-rows.js';
import { coded } from '../messages.js';
import { PEOPLE } from '../models/human.js';
import type { Model } from '../models/index.js';
import type { CostTotal } from '../pricing/cost.js';
import type { Estimate } from '../pricing/estimate.js';
import type { Budget } from '../requests/budget.js';
import { type Asked, countAsked } from '../run/asked.js';
import type { LabelNames } from '../terms.js';

/** `$0.0123, $0.12 per 1,000 rows (OpenAI list price, 2026-11-23)`. */
export function renderCost({ usd, known, unknown }: CostTotal, model: Model): string {
  const { id, price } = model;
  if (price && isFree(price)) return `$0: ${price.basis}`;
  if (known + unknown === 0) return '$0 in this run: every row was answered before';
  if (!price && known === 0) {
    if (model.cascade?.teacher === PEOPLE) return 'unknown: that of the work of people';
    return `unknown: no price of ${id} is known; give it with --price IN/OUT`;
  }
  if (known === 0) return 'unknown: the server does not count tokens';
  const part =
    unknown > 0 ? ` for ${plural(known, 'row')}, unknown for ${formatCount(unknown)}` : '';
  return `${formatMoney(usd)}${part}, ${formatMoney(per1000(usd, known))} per 1,000 rows (${price?.basis ?? 'as its rows record it'})`;
}

/**
 * What a file holds where an earlier run wrote a part of it: `the file now has 100 rows: 7 toxic, 93
 * not toxic, for $0.0537`. The cost is left out where that of a row is not known.
 */
export function renderTotals(
  { labels, cost }: FileTotals,
  names: LabelNames,
  noun: 'row' | 'answer' = 'row',
): string {
  const { positive, negative } = labels;
  const paid = cost.usd > 0 && cost.unknown === 0 ? `, for ${formatMoney(cost.usd)}` : '';
  return `the file now has ${plural(positive + negative, noun)}: ${renderLabels(labels, names)}${paid}`;
}

/** `7 toxic, 93 not toxic`. */
export const renderLabels = (
  { positive, negative }: FileTotals['labels'],
  names: LabelNames,
): string =>
  `${formatCount(positive)} ${names.positive}, ${formatCount(negative)} ${names.negative}`;

/** `3 requests got no answer and may have been billed, up to $0.12`; undefined where none did. */
export function renderPossiblyBilled({ possiblyBilled, price }: Model): string | undefined {
  const { requests, usd } = possiblyBilled?.() ?? { requests: 0, usd: 0 };
  if (requests === 0 || (price && isFree(price))) return undefined;
  const most = usd > 0 ? `, up to ${formatMoney(usd)}` : '';
  const text = `${plural(requests, 'request')} gave no row and may have been billed${most}`;
  return coded('possibly-billed', text);
}

/**
 * Rows that an unfinished run did not come to; undefined where their number is not known.
 *
 * @param rows - those that were to be done, with those done before; infinite where nobody knows
 */
export const countLeft = (asked: Asked, rows: number): number | undefined =>
  Number.isFinite(rows) ? rows - countAsked(asked) - asked.skipped : undefined;

/** `note: 31 rows are left, at about $0.0139 to finish`; undefined where nothing is known. */
export function renderLeft(asked: Asked, rows: number): string | undefined {
  const { usd, known } = asked.cost;
  const left = countLeft(asked, rows);
  if (known === 0 || left === undefined) return undefined;
  return `note: ${formatCount(left)} rows are left, at about ${formatMoney((usd / known) * left)} to finish`;
}

/** What a run cost beyond --max-cost; undefined where it kept to it. */
export function renderOvershoot(budget: Budget | undefined): string | undefined {
  if (!budget || budget.overshoot === 0) return undefined;
  const { spent, overshoot, most } = budget;
  return coded(
    'over-max-cost',
    `warning: the run cost ${formatMoney(spent)}, ${formatMoney(overshoot)} over --max-cost ${most}: its last answer cost more than was set aside for it`,
  );
}

/** The estimate for the rows that were answered, to compare with what they took. */
export function renderExpected(expected: { promptTokens: number; usd: number | null }): string {
  const usd = expected.usd === null ? '' : `, ${formatMoney(expected.usd)}`;
  return `${formatCount(expected.promptTokens)} tokens in${usd} for the answered rows`;
}

/** Beside the bar: dollars so far, and the expected total where it can be told: `$0.0139 of ~$0.05`. */
export function renderSpent({ usd, known }: CostTotal, rowsLeft: number): string | undefined {
  if (usd === 0) return undefined;
  const total = usd + (usd / known) * rowsLeft;
  return Number.isFinite(total)
    ? `${formatMoney(usd)} of ~${formatMoney(total)}`
    : formatMoney(usd);
}

/** The result of --dry-run. */
export function renderEstimate(estimate: Estimate, model: Model): string {
  const { rows, onDisk, inBatches = 0, sent, promptTokens, answerTokens, usd } = estimate;
  const asked = rows - onDisk - inBatches;
  const waiting = inBatches > 0 ? `, ${formatCount(inBatches)} wait in batches` : '';
  const byTeacher = model.cascade
    ? `, ${formatCount(sent)} of them by ${model.cascade.teacher}`
    : '';
  const facts: [string, string][] = [
    [
      'rows',
      `${formatCount(rows)}, of which ${formatCount(onDisk)} are on disk${waiting} and ${formatCount(asked)} to be asked${byTeacher}`,
    ],
    ['model', `${model.id} (${model.provider}), prompt ${model.prompt}`],
    ['tokens', renderTokens(promptTokens, answerTokens, model)],
    [
      'cost',
      sent === 0 && model.cascade
        ? '$0: its teacher is not asked'
        : renderEstimatedCost(usd, asked, model),
    ],
  ];
  return `${facts.map(([name, fact]) => `${name.padEnd(10)}  ${fact}`).join('\n')}\nnothing was sent\n`;
}

function renderTokens(
  promptTokens: number,
  { low, expected }: Estimate['answerTokens'],
  { estimator }: Model,
): string {
  if (!estimator || promptTokens === 0) return 'none: nothing is put to a server';
  const { name, exact } = estimator.tokenizer;
  const how = exact ? `counted with ${name}, the model's own` : `estimated with ${name}`;
  const answers =
    low === expected ? formatCount(low) : `${formatCount(low)} to ${formatCount(expected)}`;
  return `${formatCount(promptTokens)} in (${how}), about ${answers} out`;
}

function renderEstimatedCost(usd: Estimate['usd'], asked: number, { id, price }: Model): string {
  if (!price || !usd) return `unknown: no price of ${id} is known; give it with --price IN/OUT`;
  if (isFree(price)) return `$0: ${price.basis}`;
  const low = formatMoney(usd.low);
  const expected = formatMoney(usd.expected);
  const range = low === expected ? expected : `${low} at least, ${expected} expected`;
  const each = asked > 0 ? `, ${formatMoney(per1000(usd.expected, asked))} per 1,000 rows` : '';
  return `${range}${each} (${price.basis}: ${formatMoney(price.input)} in, ${formatMoney(price.output)} out per million)`;
}

const isFree = ({ input, output }: { input: number; output: number }) => input + output === 0;

const per1000 = (usd: number, rows: number) => (usd / rows) * 1000;
