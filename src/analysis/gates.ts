import { UserError } from '../errors.js';
import { escapeControls } from '../text.js';
import type { Disagreement, Figure, ModelResult, Report } from './report.js';
import { isLabel, isUnanswered } from './row-codes.js';

/** What a gate holds against its limit: the figure, or the lower end of its interval. */
export const GATE_ENDS = ['value', 'bound'] as const;
export type GateEnd = (typeof GATE_ENDS)[number];

/** The least that a figure of a contender may be. */
export interface Gate {
  /** A figure by its path: `toxic.f1`, `accuracy`, `coverage`. */
  readonly path: string;
  readonly least: number;
  readonly end: GateEnd;
}

/** What became of one gate for one model. */
export interface GateResult {
  /** What was asked: `toxic.f1 at least 0.7`. */
  readonly name: string;
  readonly model: string;
  readonly passed: boolean;
  /** What was held against the limit; null where there is no such figure. */
  readonly seen: number | null;
  readonly limit: number;
  /** What was seen and by how much it falls short, or why there was nothing to see. */
  readonly reason: string;
  /** Dataset indices of the first rows that pull the figure down, and how many there are. */
  readonly rows: readonly number[];
  readonly rowCount: number;
}

const ROWS_NAMED = 10;

/** The figures a gate can name. Brier score and calibration error are not: there less is better. */
export const GATE_PATHS = [
  'toxic.precision',
  'toxic.recall',
  'toxic.f1',
  'not_toxic.precision',
  'not_toxic.recall',
  'not_toxic.f1',
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
 * Reads `toxic.f1=0.70`.
 *
 * @throws UserError when it has another form, names no figure, or asks for more than there can be
 */
export function parseGate(text: string, end: GateEnd = 'value'): Gate {
  const [, path = '', amount = ''] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (!isGatePath(path.trim())) throw unknownPath(text, path.trim());
  const least = /^\s*-?(\d+\.?\d*|\.\d+)\s*$/.test(amount) ? Number(amount) : Number.NaN;
  if (!(least >= -1 && least <= 1)) {
    throw new UserError(`the gate "${text}" asks for "${amount}"`, {
      hint: 'ask for a fraction such as 0.70, as in toxic.f1=0.70',
    });
  }
  return { path: path.trim(), least, end };
}

const isGatePath = (path: string) =>
  (GATE_PATHS as readonly string[]).includes(path) || AT_LEVEL.test(path);

function unknownPath(text: string, path: string): UserError {
  if (path === 'brier' || path === 'ece') {
    return new UserError(`the gate "${text}" asks for at least so much ${path}`, {
      hint: `${path} is an error, the lower the better; auprc is a figure of the scores to gate on`,
    });
  }
  const problem = text.includes('=') ? `names no figure` : 'is not of the form figure=limit';
  return new UserError(`the gate "${text}" ${problem}`, {
    hint: `write toxic.f1=0.70, say; the figures are ${GATE_PATHS.join(', ')}, precision_at_recall.0.9, recall_at_precision.0.9`,
  });
}

/**
 * Holds each contender against each gate. A figure that is absent or undefined fails: nothing
 * passes for want of evidence.
 */
export function checkGates(report: Report, gates: readonly Gate[]): GateResult[] {
  const contenders = report.models.filter(({ role }) => role === 'contender');
  return gates.flatMap((gate) => contenders.map((model) => checkGate(report, model, gate)));
}

function checkGate(report: Report, model: ModelResult, gate: Gate): GateResult {
  const { path, least, end } = gate;
  const figure = figureAt(model, path);
  const seen = (end === 'value' ? figure?.value : figure?.low) ?? null;
  const against = report.disagreements.filter((row) => pullsDown(report, model.name, path, row));
  const passed = seen !== null && seen >= least;
  return {
    name: gateName(gate),
    model: model.name,
    passed,
    seen,
    limit: least,
    reason: seen === null ? whyAbsent(path, end, figure) : comparison(seen, least),
    rows: passed ? [] : against.slice(0, ROWS_NAMED).map(({ index }) => index),
    rowCount: passed ? 0 : against.length,
  };
}

const gateName = ({ path, least, end }: Gate) =>
  `${path}${end === 'bound' ? ' lower bound' : ''} at least ${least}`;

function figureAt({ figures, coverage }: ModelResult, path: string): Figure | undefined {
  const [, list, level] = AT_LEVEL.exec(path) ?? [];
  if (list === 'precision_at_recall' || list === 'recall_at_precision') {
    return figures[list]?.find(({ at }) => at === Number(level))?.figure;
  }
  let found: unknown = { ...figures, coverage };
  for (const key of path.split('.')) found = (found as Record<string, unknown> | undefined)?.[key];
  return found as Figure | undefined;
}

function whyAbsent(path: string, end: GateEnd, figure: Figure | undefined): string {
  if (!figure) return `there is no ${path}: the model gave no score for every row`;
  if (figure.value === null) return `${path} is not defined on these rows`;
  return end === 'bound' ? `${path} has no interval` : `${path} is not defined on these rows`;
}

/** Both numbers to as many digits as tell them apart. */
export function comparison(seen: number, least: number): string {
  const short = least - seen;
  if (short <= 0) return `it is ${seen.toFixed(3)}`;
  const digits = Math.max(3, Math.min(12, Math.ceil(-Math.log10(short)) + 1));
  return `it is ${seen.toFixed(digits)}, short by ${short.toFixed(digits)}`;
}

/** Which wrong rows a figure falls by: precision by false positives, recall by missed rows. */
function pullsDown({ rows }: Report, model: string, path: string, row: Disagreement): boolean {
  const said = row.said[model] ?? 'not asked';
  if (path === 'coverage') return isUnanswered(said);
  const truth = rows.truth[row.row];
  if (!isLabel(said) || truth === '?') return false;
  const falsePositive = truth === '0' && said === 'toxic';
  const missed = truth === '1' && said === 'not toxic';
  if (path === 'toxic.precision' || path === 'not_toxic.recall') return falsePositive;
  if (path === 'toxic.recall' || path === 'not_toxic.precision') return missed;
  return falsePositive || missed;
}

/** A line for each gate, for the terminal. */
export function renderGates(results: readonly GateResult[]): string {
  return results.map((result) => escapeControls(renderGate(result))).join('\n');
}

function renderGate({ passed, model, name, reason, rows, rowCount }: GateResult): string {
  const line = `gate ${passed ? 'passed' : 'FAILED'}  ${model}: ${name}; ${reason}`;
  return rowCount === 0 ? line : `${line}; ${namedRows(rows, rowCount)}`;
}

/** `rows 3, 17, 22 of the dataset`, and how many more. */
export function namedRows(rows: readonly number[], rowCount: number): string {
  const more = rowCount - rows.length;
  return `row${rowCount === 1 ? '' : 's'} ${rows.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
