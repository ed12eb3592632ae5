import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { uniformRows } from '../analysis/sampling-weights.js';
import { UserError } from '../errors.js';
import { writeAtomically } from '../files/atomic.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { readLines } from '../files/lines.js';
import { plural } from '../format.js';
import { drawIndices } from '../metrics/sampling.js';
import type { JudgedRow } from '../records.js';
import { drawingIn } from '../rows/drawing.js';
import { rowToJson } from '../secrets/redact.js';
import { type Example, exampleOf } from '../student/examples.js';
import type { LabelNames, LabelSource } from '../terms.js';
import { normaliseText } from '../text.js';
import type { TrainingSet } from './training-set.js';

/**
 * The part that is set aside where the user does not say how much: as large as a fold. Of the 70
 * positive rows that a student should learn from at least, it takes 14, with which intervals hold.
 */
const DEFAULT_FRACTION = 0.2;

/** With fewer rows of either label nothing is set aside by itself. */
const FEWEST_OF_A_LABEL = 5;

export interface SetAsideOptions {
  /**
   * The part of the rows that no student learns from, from 0 to below 1. Default: a fifth, or
   * nothing where there are files of `exclude` to evaluate on, or too few rows to spare any.
   */
  readonly testFraction?: number | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly labels?: LabelSource | undefined;
  /** Of the draw. Default: 0. */
  readonly seed?: number | undefined;
}

/** Rows to learn from, and others to evaluate on. */
export interface Divided {
  readonly learned: readonly Example[];
  /** With all rows of one text: none of them is learned from. */
  readonly test: readonly JudgedRow[];
  /** Rows of `test` that repeat the text of another: duplicates, were they learned from. */
  readonly repeated: number;
  /** The part that was set aside; 0 where nothing was. */
  readonly fraction: number;
}

/** Sets a part of a training set aside: the same share of both labels, drawn by the seed. */
export function setAside(
  { examples, rows }: Pick<TrainingSet, 'examples' | 'rows'>,
  { testFraction, exclude = [], labels = 'teacher', seed = 0 }: SetAsideOptions,
): Divided {
  const wanted = testFraction ?? (exclude.length > 0 ? 0 : DEFAULT_FRACTION);
  const drawn = drawPart(examples, wanted, seed);
  const held = examples.filter((_, place) => drawn.has(place));
  const positive = held.filter((example) => example.positive).length;
  const isSmall = Math.min(positive, held.length - positive) < FEWEST_OF_A_LABEL;
  if (held.length === 0 || (testFraction === undefined && isSmall)) {
    return { learned: examples, test: [], repeated: 0, fraction: 0 };
  }
  const texts = new Set(held.map(({ input }) => normaliseText(input)));
  const isUniform = uniformRows(drawingIn(rows));
  const test = rows.filter(
    (row, place) =>
      isUniform?.[place] !== false &&
      exampleOf(row, labels) !== undefined &&
      texts.has(normaliseText(row.input)),
  );
  return {
    learned: examples.filter((_, place) => !drawn.has(place)),
    test,
    repeated: test.length - held.length,
    fraction: wanted,
  };
}

/**
 * Draws the same share of positive and of other examples, by their places. Those that a student picked
 * are never drawn: a model is judged by rows that are like its texts.
 */
export function drawPart(
  examples: readonly Example[],
  fraction: number,
  seed: number,
): ReadonlySet<number> {
  const places = [...examples.keys()];
  const drawn = [true, false].flatMap((positive) => {
    const stratum = places.filter((place) => {
      const { positive: is, isUniform = true } = examples[place] ?? { positive: undefined };
      return is === positive && isUniform;
    });
    const size = Math.round(fraction * stratum.length);
    return drawIndices(stratum.length, size, seed).map((i) => stratum[i] ?? 0);
  });
  return new Set(drawn);
}

/** A file for the rows that are set aside, and what must not be lost to it. */
export interface TestFile {
  readonly path: string;
  /** All rows of the training file: a file of nothing else can be written anew. */
  readonly rows: readonly JudgedRow[];
  /** How the files call the two labels. */
  readonly names: LabelNames;
  /** Files that are read or written in the same run. */
  readonly taken: readonly string[];
}

/**
 * Finds out before the training whether the rows can be written: not over a file of another use, nor
 * over one with anything that the training file does not hold.
 *
 * @throws UserError when they would be
 */
export async function refuseOverwriting({ path, rows, names, taken }: TestFile): Promise<void> {
  const hint = 'move that file, name the student otherwise, or set nothing aside: `testFraction` 0';
  if (taken.some((file) => resolve(file) === resolve(path))) {
    throw new UserError(`the rows that are set aside would be written over ${path}`, { hint });
  }
  if (!existsSync(path)) return;
  refuseSpecialFile(path);
  const own = new Set(rows.map((row) => lineOf(row, names)));
  let strangers = 0;
  for await (const { value } of readLines(path)) if (!own.has(value)) strangers += 1;
  if (strangers === 0) return;
  throw new UserError(
    `the rows that are set aside would be written over ${path}, of which ${plural(strangers, 'line')} ${strangers === 1 ? 'is' : 'are'} not in the training file`,
    { hint },
  );
}

/**
 * Writes the rows as a file of labels. It is complete or is not written.
 *
 * @throws UserError when it cannot be written
 */
export function writeTestFile(path: string, rows: readonly JudgedRow[], names: LabelNames): void {
  writeAtomically(
    path,
    rows.map((row) => `${lineOf(row, names)}\n`),
    'own',
  );
}

/** The row as a label file has it: the seven keys of the original first, in their order. */
function lineOf(row: JudgedRow, names: LabelNames): string {
  const { input, prediction, origin, human_check, true_label, ...others } = row;
  return rowToJson({
    input,
    prediction: prediction && names[prediction],
    origin,
    human_check,
    true_label: true_label && names[true_label],
    ...others,
  });
}
