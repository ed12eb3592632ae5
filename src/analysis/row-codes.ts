import { type Labels, NO_LABEL, nameOf } from '../rows/labels.js';
import { SAID, type Said, type Verdicts } from '../rows/verdicts.js';
import { type RowLabel, UNANSWERED, type UnansweredOutcome } from '../terms.js';

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

/** What a model said, one character a row, in order. */
export const encodeVerdicts = ({ states }: Verdicts): string =>
  lettersOf(states, (state) => ROW_CODES[SAID[state] as Said]);

/** What is true, in the same way. */
export const encodeTruth = (truth: Labels): string =>
  lettersOf(truth, (label) => ROW_CODES[label === NO_LABEL ? 'no truth' : nameOf(label)]);

function lettersOf(codes: Iterable<number>, letterOf: (code: number) => string): string {
  const letters = Uint8Array.from(codes, (code) => letterOf(code).charCodeAt(0));
  return Buffer.from(letters.buffer).toString('latin1');
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
