import type { CollectSummary } from '../collect.js';
import { formatCount, formatMeasure, formatP, formatPercent, plural } from '../format.js';
import { unansweredPath } from '../labels/reader.js';
import { coded } from '../messages.js';
import { PEOPLE } from '../models/human.js';
import { renderOutcomes } from '../reports/text.js';
import { countAsked, countLabelled, countUnanswered } from '../run/asked.js';
import { renderBatches, renderSaved } from './batch-board.js';
import { type Following, nextStep } from './collect-next.js';
import { renderCost, renderExpected, renderPossiblyBilled, renderTotals } from './cost-lines.js';

type Facts = [name: string, fact: string][];

/** What collect says at its end, and the command that comes next: this run, the file, what to do. */
export function renderCollectSummary(summary: CollectSummary, following: Following): string {
  const facts = [
    ...factsOfRun(summary, following),
    ...factsOfFile(summary, following),
    ['next', nextStep(summary, following)],
  ];
  return facts.map(([name = '', fact]) => `${name.padEnd(10)}  ${fact}`).join('\n');
}

function factsOfRun(summary: CollectSummary, following: Following): Facts {
  const { skipped, unanswered, human, usage, cost, expected, seconds } = summary;
  const { model } = following;
  const rows = countAsked(summary);
  const facts: Facts = [['labelled', renderLabelled(summary, following)]];
  if (countUnanswered(summary) > 0) {
    const kept = `kept in ${unansweredPath(summary.file)}`;
    facts.push(['unanswered', `${renderOutcomes(unanswered)}; ${kept}`]);
  }
  if (skipped > 0) facts.push(['skipped', `${plural(skipped, 'row')} that were done before`]);
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
  const { batches } = summary;
  const saved = batches && renderSaved(batches, cost.usd);
  if (saved !== undefined) facts.push(['saved', saved]);
  if (batches) facts.push(['batches', renderBatches(batches)]);
  const possiblyBilled = renderPossiblyBilled(model);
  if (possiblyBilled) facts.push(['in doubt', possiblyBilled]);
  if (expected) facts.push(['estimated', renderExpected(expected)]);
  const speed = rows > 0 ? `, ${formatMeasure(rows / seconds)} rows/s` : '';
  facts.push(['time', `${seconds.toFixed(1)} s${speed}`]);
  return facts;
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

function factsOfFile(summary: CollectSummary, { task }: Following): Facts {
  const { file, table, totals, skipped } = summary;
  const facts: Facts = [];
  if (skipped > 0) facts.push(['in all', renderTotals(totals, task.labels)]);
  if (skipped > 0 && totals.unanswered > 0) {
    const rows = plural(totals.unanswered, 'row');
    facts.push(['', `and ${rows} without a label; --retry-unanswered asks again`]);
  }
  facts.push(['file', file]);
  if (table !== undefined) facts.push(['table', table]);
  return facts;
}

/** `50 of 5,000 rows: 4 toxic (8%), ...`; `20 of 50 rows, taken from 5,000` where some are left. */
function renderLabelled(summary: CollectSummary, { task, rows: wanted }: Following): string {
  const { labels, size = Number.POSITIVE_INFINITY, skipped } = summary;
  const labelled = countLabelled(summary);
  const toDo = Number.isFinite(wanted) ? wanted - skipped : labelled;
  const isPart = skipped === 0 && wanted < size && Number.isFinite(size);
  const whole = labelled < toDo ? toDo : isPart ? size : labelled;
  const rows =
    labelled < whole
      ? `${formatCount(labelled)} of ${plural(whole, 'row')}`
      : plural(labelled, 'row');
  const isTold = whole === size;
  const of =
    skipped > 0 ? ' in this run' : isPart && !isTold ? `, taken from ${formatCount(size)}` : '';
  const share = labelled === 0 ? '' : ` (${formatPercent(labels.positive / labelled)})`;
  const { positive, negative } = task.labels;
  return `${rows}${of}: ${formatCount(labels.positive)} ${positive}${share}, ${formatCount(labels.negative)} ${negative}`;
}
