import { type GateResult, renderGates } from '../analysis/gates.js';
import type { ModelResult } from '../analysis/report/model.js';
import type { Report } from '../analysis/report/report.js';
import { contendersOf } from '../analysis/roles.js';
import { formatCount, plural } from '../format.js';
import type { UnansweredOutcome } from '../terms.js';
import { escapeControls, wrap } from '../text.js';
import { renderCascadeCurves } from './text-cascade.js';
import { renderDetails } from './text-details.js';
import { renderAnswer } from './text-ranking.js';
import { SCREEN_WIDTH } from './text-section.js';
import { renderSummary } from './text-summary.js';

export interface TextOptions {
  /** Everything that was computed, instead of what a screen holds. */
  readonly full?: boolean | undefined;
  /** The columns of the slices that were asked for. */
  readonly slice?: readonly string[] | undefined;
  readonly gates?: readonly GateResult[] | undefined;
}

/**
 * What `evaluate` prints: scikit-learn's tables with their coverage, as many as a screen holds, then
 * what else there is to say, the gates, and the answer last.
 */
export function renderText(
  report: Report,
  { full = false, slice = [], gates = [] }: TextOptions = {},
): string {
  return [
    ...renderModels(report, full),
    ...(full ? renderDetails(report) : renderSummary(report, slice)),
    full ? renderCascadeCurves(report) : '',
    gates.length === 0 ? '' : `${renderGates(gates).split('\n').map(wrapGate).join('\n')}\n`,
    renderAnswer(report),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

const wrapGate = (line: string) => wrap(line, SCREEN_WIDTH - 2).join('\n  ');

/** Two tables and a ranking fill a screen. */
const TABLES_SHOWN = 2;

/**
 * The tables of all models, or of the contenders alone, or none where those would fill the screen. A
 * model without its table has a line where rows of it are unanswered.
 */
function renderModels(report: Report, full: boolean): string[] {
  const { models } = report;
  const fits = [models, contendersOf(report)].find(({ length }) => length <= TABLES_SHOWN) ?? [];
  const withTable = new Set(full ? models : fits);
  const lines = models
    .filter((model) => !withTable.has(model) && model.rows.answered < model.rows.total)
    .map((model) => `${nameOf(model, models)}: ${renderCoverage(model, report)}`)
    .map((line) => `${wrap(line, SCREEN_WIDTH - 2).join('\n  ')}\n`);
  const tables = models
    .filter((model) => withTable.has(model))
    .map((model) => renderModel(model, report));
  return [...tables, lines.join('')];
}

/** A contender that is also the teacher is numbered in the report; its id says it better. */
function nameOf({ id, name, role }: ModelResult, models: Report['models']): string {
  const isAlone = models.filter((other) => other.id === id && other.role === role).length === 1;
  return escapeControls(isAlone ? (id ?? name) : name);
}

function renderModel(model: ModelResult, report: Report): string {
  const { models } = report;
  const name = nameOf(model, models);
  const coverage = renderCoverage(model, report) + withoutTeacherLabel(model, models);
  if (model.is_truth) return `${name} scores: none, since its labels are the truth\n${coverage}\n`;
  const title = model.role === 'teacher' ? `${name} scores` : `Contender model (${name}) scores`;
  return `${title}:\n${model.table}${coverage}\n`;
}

/** One line: how many rows were answered, and why the others were not. */
function renderCoverage({ role, rows }: ModelResult, { data }: Report): string {
  const isOfWhole = role === 'teacher' && rows.answered > data.rows;
  const parts = [
    `answered ${formatCount(rows.answered)} of ${plural(rows.total, 'row')}${isOfWhole ? ' of the whole file' : ''}`,
  ];
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
