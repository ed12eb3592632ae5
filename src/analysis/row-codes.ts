import { type RowLabel, UNANSWERED, type UnansweredOutcome } from '../terms.js';
import type { Verdict } from '../verdict.js';

/**
 * One character for what was said of a row, as a report's `rows` hold it. Two outcomes begin with
 * an f, so `failed` is an x.
 */
export const ROW_CODES = {
  positive: '1',
  negative: '0',
  refused: 'r',
  filtered: 'f',
  truncated: 't',
  unparseable: 'u',
  failed: 'x',
  'not asked': '-',
  'no truth': '?',
} as const satisfies Record<RowLabel | UnansweredOutcome | 'not asked' | 'no truth', string>;

export type RowState = keyof typeof ROW_CODES;

const STATES = new Map(
  (Object.keys(ROW_CODES) as RowState[]).map((state) => [ROW_CODES[state] as string, state]),
);

/** One character a row, in order. */
export const encodeRows = (states: readonly RowState[]) =>
  states.map((state) => ROW_CODES[state]).join('');

/** What a model said of a row: a label, or why there is none. */
export type Said = Exclude<RowState, 'no truth'>;

/** What a verdict says of its row; undefined is a row that was not asked. */
export function stateOf(verdict: Verdict | undefined): Said {
  if (verdict === undefined) return 'not asked';
  return verdict.outcome === 'answered' ? verdict.label : verdict.outcome;
}

/** Reads one character of `rows.said`. */
export function saidOf(code: string | undefined): Said {
  const state = STATES.get(code ?? ROW_CODES['not asked']);
  return state === undefined || state === 'no truth' ? 'not asked' : state;
}

/** Reads one character of `rows.truth`; null where the row has no truth. */
export function truthOf(code: string | undefined): RowLabel | null {
  const said = saidOf(code);
  return isLabel(said) ? said : null;
}

export const isLabel = (said: Said): said is RowLabel => said === 'positive' || said === 'negative';

/** Whether the row was asked and got no label. */
export const isUnanswered = (said: Said): said is UnansweredOutcome =>
  (UNANSWERED as readonly string[]).includes(said);
