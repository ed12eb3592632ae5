import type { ToxicityLabel, UnansweredOutcome } from '../records.js';

/**
 * One character for what was said of a row, as a report's `rows` hold it. Two outcomes begin with
 * an f, so `failed` is an x.
 */
export const ROW_CODES = {
  toxic: '1',
  'not toxic': '0',
  refused: 'r',
  filtered: 'f',
  truncated: 't',
  unparseable: 'u',
  failed: 'x',
  'not asked': '-',
  'no truth': '?',
} as const satisfies Record<ToxicityLabel | UnansweredOutcome | 'not asked' | 'no truth', string>;

export type RowState = keyof typeof ROW_CODES;

const STATES = new Map(
  (Object.keys(ROW_CODES) as RowState[]).map((state) => [ROW_CODES[state] as string, state]),
);

/** One character a row, in order. */
export const encodeRows = (states: readonly RowState[]) =>
  states.map((state) => ROW_CODES[state]).join('');

/**
 * The inverse of {@link encodeRows}.
 *
 * @throws RangeError at a character that stands for nothing
 */
export function decodeRows(codes: string): RowState[] {
  return Array.from(codes, (code) => {
    const state = STATES.get(code);
    if (state === undefined)
      throw new RangeError(`no row state is written ${JSON.stringify(code)}`);
    return state;
  });
}
