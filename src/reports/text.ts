import { type GateResult, renderGates } from '../analysis/gates.js';
import type { ModelResult, Report } from '../analysis/report.js';
import { formatCount, plural } from '../format.js';
import type { UnansweredOutcome } from '../records.js';
import { escapeControls } from '../text.js';
import { renderDetails } from './text-details.js';
import { renderAnswer } from './text-ranking.js';
import { renderSummary } from './text-summary.js';

export interface TextOptions {
  /** Everything that was computed, instead of what a screen holds. */
  readonly full?: boolean | undefined;
  /** The columns of the slices that were asked for. */
  readonly slice?: readonly string[] | undefined;
  readonly gates?: readonly GateResult[] | undefined;
}

/**
 * What `evaluate` prints: scikit-learn's table of each model with its coverage, then what else there
 * is to say of it, the gates, and the answer last.
 */
export function renderText(
  report: Report,
  { full = false, slice = [], gates = [] }: TextOptions = {},
): string {
  return [
    ...report.models.map((model) => renderModel(model, report)),
    ...(full ? renderDetails(report) : renderSummary(report, slice)),
    gates.length === 0 ? '' : `${renderGates(gates)}\n`,
    renderAnswer(report),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

function renderModel(model: ModelResult, { models }: Report): string {
  // A contender that is also the teacher is numbered in the report; its id says it better.
  const isAlone =
    models.filter(({ id, role }) => id === model.id && role === model.role).length === 1;
  const name = escapeControls(isAlone ? (model.id ?? model.name) : model.name);
  const coverage = renderCoverage(model) + withoutTeacherLabel(model, models);
  if (model.is_truth) return `${name} scores: none, since its labels are the truth\n${coverage}\n`;
  const title = model.role === 'teacher' ? `${name} scores` : `Contender model (${name}) scores`;
  return `${title}:\n${model.table}${coverage}\n`;
}

/** One line: how many rows were answered, and why the others were not. */
function renderCoverage({ rows }: ModelResult): string {
  const parts = [`answered ${formatCount(rows.answered)} of ${plural(rows.total, 'row')}`];
  const outcomes = renderOutcomes(rows.unanswered);
  if (outcomes) parts.push(`unanswered: ${outcomes}`);
  if (rows.not_asked > 0) parts.push(`not asked: ${formatCount(rows.not_asked)}`);
  if (rows.without_truth > 0)
    parts.push(`${formatCount(rows.without_truth)} excluded: no human label`);
  return parts.join('; ');
}

/** Rows that the teacher left unanswered are not in the file: no contender is asked about them. */
function withoutTeacherLabel({ role }: ModelResult, models: Report['models']): string {
  const [teacher] = models.filter((model) => model.role === 'teacher');
  const missing = teacher ? teacher.rows.total - teacher.rows.answered : 0;
  if (role === 'teacher' || missing === 0) return '';
  return `; not in the file: ${plural(missing, 'row')} that the teacher left unanswered`;
}

/** `2 refused, 1 truncated`, most frequent first; empty where there are none. */
export function renderOutcomes(counts: Partial<Record<UnansweredOutcome, number>>): string {
  return Object.entries(counts)
    .filter(([, count]) => count > 0)
    .sort(([, a], [, b]) => b - a)
    .map(([outcome, count]) => `${formatCount(count)} ${outcome}`)
    .join(', ');
}
