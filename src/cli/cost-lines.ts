import type { ModelResult } from '../analysis/report.js';
import type { Model } from '../models/index.js';
import { type CostTotal, formatDollars } from '../pricing/cost.js';
import type { Estimate } from '../pricing/estimate.js';

const count = (n: number) => n.toLocaleString('en-US');

/** `$0.0123, $0.12 per 1,000 rows (OpenAI list price, 2026-11-23)`. */
export function renderCost({ usd, known, unknown }: CostTotal, { id, price }: Model): string {
  if (!price) return `unknown: no price of ${id} is known; give it with --price IN/OUT`;
  if (isFree(price)) return `$0: ${price.basis}`;
  if (known + unknown === 0) return '$0 in this run: every row was answered before';
  if (known === 0) return 'unknown: the server does not count tokens';
  const part = unknown > 0 ? ` for ${known} rows, unknown for ${unknown}` : '';
  return `${formatDollars(usd)}${part}, ${formatDollars(per1000(usd, known))} per 1,000 rows (${price.basis})`;
}

/** How far the estimate was off, both sides beside each other. */
export function renderExpected(expected: { promptTokens: number; usd: number | null }): string {
  const usd = expected.usd === null ? '' : `, ${formatDollars(expected.usd)}`;
  return `${count(expected.promptTokens)} tokens in${usd} for the answered rows`;
}

/** `7.4 times cheaper than gpt-4.1: $0.05 against $0.37 per 1,000 rows`. */
export function renderRatio(contender: ModelResult, teacher: ModelResult): string | undefined {
  const { per_1000_rows: ours, times_cheaper_than_teacher: times } = contender.cost;
  const { per_1000_rows: theirs } = teacher.cost;
  if (ours === null || !theirs) return undefined;
  const figures = `${formatDollars(ours)} against ${formatDollars(theirs)} per 1,000 rows`;
  if (times === null) return `no price per token, ${teacher.name} has one: ${figures}`;
  return times >= 1
    ? `${times.toFixed(1)} times cheaper than ${teacher.name}: ${figures}`
    : `${(1 / times).toFixed(1)} times dearer than ${teacher.name}: ${figures}`;
}

/** Beside the bar: tokens and dollars so far, and where it will end. */
export function renderSpent(
  { usd, known }: CostTotal,
  { rowsLeft, tokens }: { rowsLeft: number; tokens: number },
): string | undefined {
  if (tokens === 0) return undefined;
  if (usd === 0) return `${count(tokens)} tokens`;
  const total = usd + (usd / known) * rowsLeft;
  return `${count(tokens)} tokens, ${formatDollars(usd)} of about ${formatDollars(total)}`;
}

/** The result of --dry-run. */
export function renderEstimate(estimate: Estimate, model: Model): string {
  const { rows, onDisk, promptTokens, answerTokens, usd } = estimate;
  const asked = rows - onDisk;
  const facts: [string, string][] = [
    [
      'rows',
      `${count(rows)}, of which ${count(onDisk)} are on disk and ${count(asked)} to be asked`,
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
  const answers = low === expected ? count(low) : `${count(low)} to ${count(expected)}`;
  return `${count(promptTokens)} in (${how}), about ${answers} out`;
}

function renderEstimatedCost(usd: Estimate['usd'], asked: number, { id, price }: Model): string {
  if (!price || !usd) return `unknown: no price of ${id} is known; give it with --price IN/OUT`;
  if (isFree(price)) return `$0: ${price.basis}`;
  const low = formatDollars(usd.low);
  const expected = formatDollars(usd.expected);
  const range = low === expected ? expected : `${low} at least, ${expected} expected`;
  const each = asked > 0 ? `, ${formatDollars(per1000(usd.expected, asked))} per 1,000 rows` : '';
  return `${range}${each} (${price.basis}: $${price.input} in, $${price.output} out per million)`;
}

const isFree = ({ input, output }: { input: number; output: number }) => input + output === 0;

const per1000 = (usd: number, rows: number) => (usd / rows) * 1000;
