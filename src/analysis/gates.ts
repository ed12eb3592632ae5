import { UserError } from '../errors.js';
import { formatCount, formatNumber, formatTogether } from '../format.js';
import { LABELS, type LabelNames, TOXICITY_LABELS } from '../terms.js';
import { escapeControls } from '../text.js';
import { hasAllRows } from './all-rows.js';
import type { Figure } from './report/figures.js';
import type { ModelResult } from './report/model.js';
import type { Report } from './report/report.js';
import type { Disagreement } from './report/rows.js';
import { contendersOf } from './roles.js';
import { isLabel, isUnanswered } from './row-codes.js';

/** What a gate compares with its limit: the figure, or the lower end of its interval. */
export const GATE_ENDS = ['value', 'bound'] as const;
export type GateEnd = (typeof GATE_ENDS)[number];

/** The least that a figure of a contender may be. */
export interface Gate {
  /** A figure by its path: `positive.f1`, `accuracy`, `coverage`. */
  readonly path: string;
  readonly least: number;
  readonly end: GateEnd;
}

/** Whether one model passed one gate. */
export interface GateResult {
  /** What is required: `toxic.f1 at least 0.7`. */
  readonly name: string;
  readonly model: string;
  readonly passed: boolean;
  /** What is compared with the limit; null where there is no such figure. */
  readonly value: number | null;
  readonly limit: number;
  /** The value and by how much it falls short, or why there is none. */
  readonly reason: string;
  /** Dataset indices of the first rows that lower the figure; empty where the gate passed. */
  readonly rows: readonly number[];
  /** How many rows lower the figure. */
  readonly rowCount: number;
}

/** A gate names so many rows at most. */
export const ROWS_NAMED = 10;

/** The figures of one label are named by it, with `_` for a blank: `toxic.f1`, `not_toxic.recall`. */
const gateLabel = (name: string) => name.replaceAll(' ', '_');

/** A figure as a user names it, under the names of the task's labels. */
function pathUnder(names: LabelNames, path: string): string {
  const [side = '', ...rest] = path.split('.');
  const isLabelPath = side === 'positive' || side === 'negative';
  return isLabelPath ? [gateLabel(names[side]), ...rest].join('.') : path;
}

/** The same figure under its own path. */
function pathOf(names: LabelNames, named: string): string {
  const [first = '', ...rest] = named.split('.');
  const side = LABELS.find((label) => gateLabel(names[label]) === first.replaceAll(' ', '_'));
  return side === undefined ? named : [side, ...rest].join('.');
}

/** The figures that a gate can name; not the Brier score and ECE, of which lower is better. */
export const GATE_PATHS = [
  'positive.precision',
  'positive.recall',
  'positive.f1',
  'negative.precision',
  'negative.recall',
  'negative.f1',
  'accuracy',
  'macro.precision',
  'macro.recall',
  'macro.f1',
  'weighted.precision',
  'weighted.recall',
  'weighted.f1',
  'balanced_accuracy',
  'mcc',
  'kappa',
  'auprc',
  'auroc',
  'coverage',
] as const;

/** And these, followed by the level: `recall_at_precision.0.9`. */
const AT_LEVEL = /^(precision_at_recall|recall_at_precision)\.(0?\.\d+|1)$/;

/**
 * Reads `toxic.f1=0.70`; the figures of a label go by its name in the task, or by `positive` and
 * `negative`.
 *
 * @throws UserError when it has another form, names no figure, or its limit is not from -1 to 1
 */
export function parseGate(
  text: string,
  end: GateEnd = 'value',
  names: LabelNames = TOXICITY_LABELS,
): Gate {
  const [, named = '', amount = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  const path = pathOf(names, named.trim());
  if (!isGatePath(path)) throw unknownPath(text, path, names);
  const least = /^\s*-?(\d+\.?\d*|\.\d+)\s*$/.test(amount) ? Number(amount) : Number.NaN;
  if (!(least >= -1 && least <= 1)) {
    throw new UserError(`the limit of the gate "${text}" is "${amount}"`, {
      hint: `give a fraction, as in ${pathUnder(names, 'positive.f1')}=0.70`,
    });
  }
  return { path, least, end };
}

const isGatePath = (path: string) =>
  (GATE_PATHS as readonly string[]).includes(path) || AT_LEVEL.test(path);

function unknownPath(text: string, path: string, names: LabelNames): UserError {
  if (path === 'brier' || path === 'ece') {
    return new UserError(`the gate "${text}" sets a lower limit to ${path}`, {
      hint: `of ${path}, lower is better; for a gate on the scores use auprc`,
    });
  }
  const problem = text.includes('=') ? 'names no figure' : 'is not of the form figure=limit';
  return new UserError(`the gate "${text}" ${problem}`, {
    hint: `write for example ${pathUnder(names, 'positive.f1')}=0.70; the figures are ${GATE_PATHS.map((each) => pathUnder(names, each)).join(', ')}, precision_at_recall.0.9, recall_at_precision.0.9`,
  });
}

/**
 * Checks each contender against each gate. A gate on a figure that is missing or not defined fails,
 * and so does one on a part of the rows: nothing passes without evidence.
 */
export function checkGates(report: Report, gates: readonly Gate[]): GateResult[] {
  return gates.flatMap((gate) =>
    contendersOf(report).map((model) => checkGate(report, model, gate)),
  );
}

function checkGate(report: Report, model: ModelResult, gate: Gate): GateResult {
  const { path, least, end } = gate;
  const figure = figureAt(model, path);
  const value = (end === 'value' ? figure?.value : figure?.low) ?? null;
  const reaches = value !== null && value >= least;
  const against = reaches
    ? []
    : report.disagreements.filter((row) => lowers(report, model.name, path, row));
  const missing = whyPartial(model);
  const passed = reaches && missing === undefined;
  const of =
    path === 'coverage' || !hasAllRows(report)
      ? ''
      : isForAllRows(model, path)
        ? ' for all rows'
        : ' on the labelled rows alone';
  const reason =
    value === null
      ? whyMissing(pathUnder(report.task.labels, path), end, figure, model)
      : comparison(value, least, of);
  return {
    name: gateName(gate, report.task.labels),
    model: model.name,
    passed,
    value,
    limit: least,
    reason: missing === undefined ? reason : `${reason}; ${missing}`,
    rows: against.slice(0, ROWS_NAMED).map(({ index }) => index),
    rowCount: against.length,
  };
}

/** Why a model's figures are no evidence of all rows; undefined where they are. */
export function whyPartial({ rows }: ModelResult): string | undefined {
  const { not_asked: missing, total } = rows;
  if (missing === 0) return undefined;
  return `a gate needs every row, and ${formatCount(missing)} of ${formatCount(total)} ${missing === 1 ? 'was' : 'were'} not asked`;
}

const gateName = ({ path, least, end }: Gate, names: LabelNames) =>
  `${pathUnder(names, path)}${end === 'bound' ? ' lower bound' : ''} at least ${least}`;

/** Where people labelled a part of the rows, drawn with unequal probabilities, it speaks for no others. */
const isForAllRows = ({ all_rows: all }: ModelResult, path: string) =>
  all !== null && all !== undefined && Object.hasOwn(ALL_ROWS, path);

const ALL_ROWS = {
  'positive.precision': 'precision',
  'positive.recall': 'recall',
  'positive.f1': 'f1',
} as const;

function figureAt(model: ModelResult, path: string): Figure | undefined {
  const { figures, coverage, all_rows: all } = model;
  if (isForAllRows(model, path)) return all?.[ALL_ROWS[path as keyof typeof ALL_ROWS]];
  const [, list, level] = AT_LEVEL.exec(path) ?? [];
  if (list === 'precision_at_recall' || list === 'recall_at_precision') {
    return figures[list]?.find(({ at }) => at === Number(level))?.figure;
  }
  let found: unknown = { ...figures, coverage };
  for (const key of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[key];
  return found as Figure | undefined;
}

function whyMissing(
  path: string,
  end: GateEnd,
  figure: Figure | undefined,
  { figures }: ModelResult,
): string {
  if (!figure) {
    return `there is no ${path}${figures.auprc ? '' : ': not every answer has a score'}`;
  }
  return end === 'bound' && figure.value !== null
    ? `${path} has no interval`
    : `${path} is not defined on these rows`;
}

/** @param of - which rows, where there are figures for all rows beside those of the labelled ones */
function comparison(value: number, least: number, of: string): string {
  if (value >= least) return `it is ${formatNumber(value)}${of}`;
  const [is, short] = formatTogether([value, least - value]);
  return `it is ${is}${of}, short by ${short}`;
}

/** Precision is lowered by false positives, recall by missed rows, other figures by both. */
function lowers({ rows }: Report, model: string, path: string, row: Disagreement): boolean {
  const said = row.said[model] ?? 'not asked';
  if (path === 'coverage') return isUnanswered(said);
  const truth = rows.truth[row.row];
  if (!isLabel(said) || truth === '?') return false;
  const falsePositive = truth === '0' && said === 'positive';
  const missed = truth === '1' && said === 'negative';
  if (path === 'positive.precision' || path === 'negative.recall') return falsePositive;
  if (path === 'positive.recall' || path === 'negative.precision') return missed;
  return falsePositive || missed;
}

/** A line for each gate, for the terminal. */
export function renderGates(results: readonly GateResult[]): string {
  return results.map((result) => escapeControls(renderGate(result))).join('\n');
}

const renderGate = (result: GateResult) =>
  `gate ${result.passed ? 'passed' : 'FAILED'}  ${result.model}: ${result.name}; ${reasonWithRows(result)}`;

/** `it is 0.62, short by 0.08; rows 3, 17, 22 and 4 more (the first is 0)`. */
export function reasonWithRows({ reason, rows, rowCount }: GateResult): string {
  if (rowCount === 0) return reason;
  const more = rowCount - rows.length;
  const named = `row${rowCount === 1 ? '' : 's'} ${rows.join(', ')}`;
  const others = more > 0 ? ` and ${formatCount(more)} more` : '';
  return `${reason}; ${named}${others} (the first is 0)`;
}
