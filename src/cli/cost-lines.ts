import type { ModelResult } from '../analysis/report.js';
import { formatCount, formatMoney, formatRatio, plural } from '../format.js';
import type { Model } from '../models/index.js';
import type { CostTotal } from '../pricing/cost.js';
import type { Estimate } from '../pricing/estimate.js';

/** `$0.0123, $0.12 per 1,000 rows (OpenAI list price, 2026-11-23)`. */
export function renderCost({ usd, known, unknown }: CostTotal, { id, price }: Model): string {
  if (!price) return `unknown: no price of ${id} is known; give it with --price IN/OUT`;
  if (isFree(price)) return `$0: ${price.basis}`;
  if (known + unknown === 0) return '$0 in this run: every row was answered before';
  if (known === 0) return 'unknown: the server does not count tokens';
  const part =
    unknown > 0 ? ` for ${plural(known, 'row')}, unknown for ${formatCount(unknown)}` : '';
  return `${formatMoney(usd)}${part}, ${formatMoney(per1000(usd, known))} per 1,000 rows (${price.basis})`;
}

/** The estimate for the rows that were answered, to compare with what they took. */
export function renderExpected(expected: { promptTokens: number; usd: number | null }): string {
  const usd = expected.usd === null ? '' : `, ${formatMoney(expected.usd)}`;
  return `${formatCount(expected.promptTokens)} tokens in${usd} for the answered rows`;
}

/** `7.4 times cheaper than gpt-4.1: $0.05 against $0.37 per 1,000 rows`. */
export function renderRatio(contender: ModelResult, teacher: ModelResult): string | undefined {
  const { per_1000_rows: ours, times_cheaper_than_teacher: times } = contender.cost;
  const { per_1000_rows: theirs } = teacher.cost;
  if (ours === null || !theirs) return undefined;
  const against = `against ${formatMoney(theirs)} per 1,000 rows`;
  return times === null
    ? `no cost per token, ${against} of ${teacher.name}`
    : `${formatRatio(times, teacher.name)}: ${formatMoney(ours)} ${against}`;
}

/** Beside the bar: tokens and dollars so far, and the expected total. */
export function renderSpent(
  { usd, known }: CostTotal,
  { rowsLeft, tokens }: { rowsLeft: number; tokens: number },
): string | undefined {
  if (tokens === 0) return undefined;
  if (usd === 0) return `${formatCount(tokens)} tokens`;
  if (!Number.isFinite(rowsLeft)) return `${formatCount(tokens)} tokens, ${formatMoney(usd)}`;
  const total = usd + (usd / known) * rowsLeft;
  return `${formatCount(tokens)} tokens, ${formatMoney(usd)} of about ${formatMoney(total)}`;
}

/** The result of --dry-run. */
export function renderEstimate(estimate: Estimate, model: Model): string {
  const { rows, onDisk, promptTokens, answerTokens, usd } = estimate;
  const asked = rows - onDisk;
  const facts: [string, string][] = [
    [
      'rows',
      `${formatCount(rows)}, of which ${formatCount(onDisk)} are on disk and ${formatCount(asked)} to be asked`,
    ],
    ['model', `${model.id} (${model.provider}), prompt ${model.prompt}`],
    ['tokens', renderTokens(promptTokens, answerTokens, model)],
    ['cost', renderEstimatedCost(usd, asked, model)],
  ];
  return `${facts.map(([name, fact]) => `${name.padEnd(10)}  ${fact}`).join('\n')}\nnothing was sent\n`;
}

function renderTokens(
  promptTokens: number,
  { low, expected }: Estimate['answerTokens'],
  { estimator }: Model,
): string {
  if (!estimator) return 'none: it runs in this process';
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
