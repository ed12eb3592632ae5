import type { CollectSummary } from '../collect.js';
import { formatCount, formatMeasure, formatPercent, plural } from '../format.js';
import { unansweredPath } from '../labels/reader.js';
import type { Model } from '../models/index.js';
import { renderOutcomes } from '../reports/text.js';
import { countAsked, countLabelled, countUnanswered } from '../run/ask.js';
import type { Task } from '../task/task.js';
import { renderCost, renderExpected } from './cost-lines.js';
import { quotePath } from './setup.js';

/** What collect says at its end, and the command that comes next. */
export function renderCollectSummary(
  summary: CollectSummary,
  {
    model,
    task: { labels: names },
    commandStyle,
  }: { model: Model; task: Task; commandStyle: (command: string, flags: string) => string },
): string {
  const { file, labels, skipped, unanswered, human, usage, cost, expected, seconds } = summary;
  const rows = countAsked(summary);
  const facts: [string, string][] = [
    [
      'labelled',
      `${plural(countLabelled(summary), 'row')}: ${formatCount(labels.positive)} ${names.positive}, ${formatCount(labels.negative)} ${names.negative}`,
    ],
  ];
  if (skipped > 0) facts.push(['skipped', `${plural(skipped, 'row')} that were done before`]);
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
  facts.push(['next', nextStep(summary, commandStyle)]);
  return facts.map(([name, fact]) => `${name.padEnd(10)}  ${fact}`).join('\n');
}

function nextStep(
  summary: CollectSummary,
  commandStyle: (command: string, flags: string) => string,
): string {
  if (summary.interrupted || summary.stoppedBy !== undefined) {
    return 'stopped early; run the same command again to go on';
  }
  if (countLabelled(summary) + summary.skipped === 0) {
    return `not one row was labelled; the replies are in ${unansweredPath(summary.file)}`;
  }
  return commandStyle('evaluate', `-m mistral-7b --eval-file ${quotePath(summary.file)}`);
}
