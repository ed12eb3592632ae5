import type { CollectSummary } from '../collect.js';
import { formatCount, formatMeasure, formatPercent, plural } from '../format.js';
import { unansweredPath } from '../labels/reader.js';
import type { Model } from '../models/index.js';
import { renderOutcomes } from '../reports/text.js';
import { countAsked, countLabelled, countUnanswered } from '../run/ask.js';
import type { Task } from '../task/task.js';
import { renderCost, renderExpected, renderLabels, renderTotals } from './cost-lines.js';

/**
 * What collect says at its end.
 *
 * @param next - the command that comes next, or what is to be done first, if anything is
 */
export function renderCollectSummary(
  summary: CollectSummary,
  { model, task, next }: { model: Model; task: Task; next: string | undefined },
): string {
  const { labels: names } = task;
  const { file, labels, totals, skipped, unanswered, human, usage, cost, expected, seconds } =
    summary;
  const rows = countAsked(summary);
  const facts: [string, string][] = [
    ['labelled', `${plural(countLabelled(summary), 'row')}: ${renderLabels(labels, names)}`],
  ];
  if (skipped > 0) {
    facts.push(['in all', renderTotals(totals, names)]);
    facts.push(['skipped', `${plural(skipped, 'row')} that were done before`]);
  }
  if (countUnanswered(summary) > 0) {
    facts.push(['unanswered', `${renderOutcomes(unanswered)}; kept in ${unansweredPath(file)}`]);
  }
  if (human.compared > 0) {
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
  if (rows > 0) facts.push(['cost', renderCost(cost, model)]);
  if (expected) facts.push(['estimated', renderExpected(expected)]);
  facts.push([
    'time',
    `${seconds.toFixed(1)} s${rows > 0 ? `, ${formatMeasure(rows / seconds)} rows/s` : ''}`,
  ]);
  facts.push(['file', file]);
  if (summary.retryable > 0) {
    const rows =
      summary.retryable === 1 ? '1 failed row is' : `${summary.retryable} failed rows are`;
    facts.push(['again', `${rows} asked again when the same command is run`]);
  }
  if (next !== undefined) facts.push(['next', next]);
  return facts.map(([name, fact]) => `${name.padEnd(10)}  ${fact}`).join('\n');
}
