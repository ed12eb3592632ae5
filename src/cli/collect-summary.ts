import type { CollectSummary } from '../collect.js';
import { formatCount, formatMeasure, formatP, formatPercent, plural } from '../format.js';
import { unansweredPath } from '../labels/reader.js';
import { coded } from '../messages.js';
import { PEOPLE } from '../models/human.js';
import { renderOutcomes } from '../reports/text.js';
import { countAsked, countLabelled, countUnanswered } from '../run/ask.js';
import { type Following, nextStep } from './collect-next.js';
import { renderCost, renderExpected, renderPossiblyBilled, renderTotals } from './cost-lines.js';

/** What collect says at its end, and the command that comes next. */
export function renderCollectSummary(summary: CollectSummary, following: Following): string {
  const { file, table, totals, skipped, unanswered, human, usage, cost, expected, seconds } =
    summary;
  const { model, goOn } = following;
  const rows = countAsked(summary);
  const facts: [string, string][] = [['labelled', renderLabelled(summary, following)]];
  if (skipped > 0) {
    facts.push(['in all', renderTotals(totals, following.task.labels)]);
    facts.push(['skipped', `${plural(skipped, 'row')} that were done before`]);
  }
  if (countUnanswered(summary) > 0) {
    facts.push(['unanswered', `${renderOutcomes(unanswered)}; kept in ${unansweredPath(file)}`]);
  }
  if (summary.cascade && rows > 0) facts.push(...cascadeFacts(summary.cascade, rows, model));
  const isByPeople = model.provider === PEOPLE;
  if (human.compared > 0 && !isByPeople) {
    facts.push([
      'agreement',
      `${formatCount(human.agreed)} of ${formatCount(human.compared)} with the human labels (${formatPercent(human.agreed / human.compared)})`,
    ]);
  }
  if (usage.prompt_tokens > 0) {
    facts.push([
      'tokens',
      `${formatCount(usage.prompt_tokens)} in, ${formatCount(usage.completion_tokens)} out`,
    ]);
  }
  if (rows > 0 && !isByPeople) facts.push(['cost', renderCost(cost, model)]);
  const possiblyBilled = renderPossiblyBilled(model);
  if (possiblyBilled) facts.push(['in doubt', possiblyBilled]);
  if (expected) facts.push(['estimated', renderExpected(expected)]);
  facts.push([
    'time',
    `${seconds.toFixed(1)} s${rows > 0 ? `, ${formatMeasure(rows / seconds)} rows/s` : ''}`,
  ]);
  facts.push(['file', file]);
  if (table !== undefined) facts.push(['table', table]);
  if (summary.retryable > 0) {
    const rows =
      summary.retryable === 1 ? '1 failed row is' : `${summary.retryable} failed rows are`;
    facts.push(['again', `${rows} asked again: ${goOn}`]);
  }
  facts.push(['next', nextStep(summary, following)]);
  return facts.map(([name, fact]) => `${name.padEnd(10)}  ${fact}`).join('\n');
}

/** Whom a cascade asked how often, and a warning where the rows are not like those it knows. */
function cascadeFacts(
  { escalated, drift }: NonNullable<CollectSummary['cascade']>,
  rows: number,
  { cascade }: Following['model'],
): [string, string][] {
  const asked = `${cascade?.teacher} for ${formatCount(escalated)} of ${plural(rows, 'row')} (${formatPercent(escalated / rows)})`;
  const before = drift ? `; ${formatPercent(drift.calibrated)} where it was chosen` : '';
  const facts: [string, string][] = [['asked', `${asked}${before}`]];
  if (!drift?.differs) return facts;
  const promise = cascade?.promise ? '; its promise is not of such rows' : '';
  const warning = `these rows are not like those that it was chosen on (p ${formatP(Math.min(drift.shareP, drift.scoresP))})${promise}`;
  return [...facts, ['warning', coded('cascade-drift', warning)]];
}

/** `50 of 5,000 rows: 4 toxic (8%), 46 not toxic`. */
function renderLabelled(summary: CollectSummary, { task: { labels: names } }: Following): string {
  const { labels, size } = summary;
  const labelled = countLabelled(summary);
  const rows =
    size !== undefined && labelled < size
      ? `${formatCount(labelled)} of ${plural(size, 'row')}`
      : plural(labelled, 'row');
  const share = labelled === 0 ? '' : ` (${formatPercent(labels.positive / labelled)})`;
  return `${rows}: ${formatCount(labels.positive)} ${names.positive}${share}, ${formatCount(labels.negative)} ${names.negative}`;
}
