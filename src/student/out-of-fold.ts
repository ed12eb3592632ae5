import type { LabelSource, RowLabel } from '../terms.js';
import type { Example } from './examples.js';
import { type Calibration, calibrate } from './fitted-model.js';
import { type Packed, pack, unpack } from './packed-numbers.js';

/** Rows of the training set, scored by students that had not seen them; without their texts. */
export interface OutOfFold {
  readonly rows: number;
  /** Of the scores, calibrated. */
  readonly log_odds: Packed;
  /** A character a row: 1 for positive, 0 for negative, - for no label. */
  readonly teacher: string;
  readonly human: string;
}

/** One of those rows. */
export interface HeldOut {
  readonly score: number;
  readonly teacher: RowLabel | null;
  readonly human: RowLabel | null;
}

/** More rows say little more, and make the file long. */
const MOST_ROWS = 20_000;

/** @param logits - of the examples, by students that were not fitted to them */
export function packOutOfFold(
  logits: readonly number[],
  examples: readonly Example[],
  { slope, intercept }: Calibration,
): OutOfFold {
  const step = Math.ceil(examples.length / MOST_ROWS);
  const places = [...examples.keys()].filter((place) => place % step === 0);
  const code = (source: LabelSource) =>
    places.map((place) => codeOf(examples[place]?.said?.[source] ?? null)).join('');
  return {
    rows: places.length,
    log_odds: pack(Float32Array.from(places, (place) => slope * (logits[place] ?? 0) + intercept)),
    teacher: code('teacher'),
    human: code('human'),
  };
}

/** @returns undefined where the parts are not of one length */
export function unpackOutOfFold(packed: OutOfFold): HeldOut[] | undefined {
  const { rows, teacher, human } = packed;
  const logOdds = unpack(packed.log_odds, rows);
  if (!logOdds || teacher.length !== rows || human.length !== rows) return undefined;
  return Array.from(logOdds, (z, row) => ({
    score: calibrate(NO_CHANGE, z),
    teacher: labelOf(teacher[row]),
    human: labelOf(human[row]),
  }));
}

/** The log odds are calibrated as they stand. */
const NO_CHANGE: Calibration = { slope: 1, intercept: 0 };

const codeOf = (label: RowLabel | null) =>
  label === null ? '-' : label === 'positive' ? '1' : '0';

const labelOf = (code: string | undefined): RowLabel | null =>
  code === '1' ? 'positive' : code === '0' ? 'negative' : null;
