import type { Figure, ModelResult, Report } from '../analysis/report.js';
import type { UnansweredOutcome } from '../records.js';
import { escapeControls } from '../text.js';
import { renderDetails } from './text-details.js';

/** Scikit-learn's tables, each with the coverage it stands on, and then what else was found. */
export function renderText(report: Report): string {
  const tables = report.models.map((model) => renderModel(model, report)).join('\n');
  const details = renderDetails(report);
  return details === '' ? tables : `${tables}\n${details}`;
}

function renderModel(model: ModelResult, { models }: Report): string {
  // A contender that is also the teacher has a name of its own in the report; its id says it better.
  const isAlone =
    models.filter(({ id, role }) => id === model.id && role === model.role).length === 1;
  const name = escapeControls(isAlone ? (model.id ?? model.name) : model.name);
  const coverage = renderCoverage(model);
  if (model.is_truth) {
    return `${name} scores: its own labels are the truth here (--true-labels gpt), so its table would be perfect.\n${coverage}\n`;
  }
  const title = model.role === 'teacher' ? `${name} scores` : `Contender model (${name}) scores`;
  return `${title}:\n${model.table}${coverage}\n`;
}

/** One line: how many rows the table stands on, and what became of the others. */
function renderCoverage({ rows }: ModelResult): string {
  const parts = [`answered ${rows.answered} of ${rows.total} rows`];
  const outcomes = renderOutcomes(rows.unanswered);
  if (outcomes) parts.push(`unanswered: ${outcomes}`);
  if (rows.not_asked > 0) parts.push(`not asked: ${rows.not_asked}`);
  if (rows.without_truth > 0) {
    parts.push(`left out for want of a human label: ${rows.without_truth}`);
  }
  return parts.join('; ');
}

/** `2 refused, 1 truncated`, most frequent first; empty where there are none. */
export function renderOutcomes(counts: Partial<Record<UnansweredOutcome, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${count} ${outcome}`)
    .join(', ');
}

/** `0.71 [0.62, 0.79]`, `0.71` where it has no interval, `-` where it is not defined. */
export function renderFigure({ value, low, high }: Pick<Figure, 'value' | 'low' | 'high'>): string {
  if (value === null) return '-';
  return low === null || high === null
    ? value.toFixed(2)
    : `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
}
