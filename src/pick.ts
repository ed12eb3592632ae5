import {
  type CollectCallbacks,
  type CollectOptions,
  type CollectSummary,
  collect,
  estimateCollect,
} from './collect.js';
import { UserError } from './errors.js';
import { labelPaths } from './labels/label-paths.js';
import { readTrainingSet } from './labels/training-set.js';
import { hashOfStudent, type StudentModel } from './models/student.js';
import { type Outlook, outlookOf } from './picking/outlook.js';
import type { Estimate } from './pricing/estimate.js';
import { addAsked } from './run/asked.js';
import { PickPool, type RoundOptions, type RoundPicker } from './run/pick-pool.js';
import { scorerOf } from './student/scorer.js';
import type { StudentFigures } from './student/student-schema.js';
import { trainStudent } from './student/train-student.js';
import type { TrainCallbacks } from './train.js';

/** What ends the rounds: a figure on the uniform rows whose lower bound reaches a value. */
export interface Until {
  readonly figure: 'f1' | 'auprc';
  readonly value: number;
}

export interface PickOptions
  extends Omit<CollectOptions, 'selection' | 'fresh' | 'discard'>,
    RoundOptions {
  /** Default: 1; without end where `until` is given. */
  readonly rounds?: number | undefined;
  /** Of the shuffle; that of a sample which is on record already. Default: 0. */
  readonly seed?: number | undefined;
  /** Picks the rows of one round. Default: one that is trained on the labels before each round. */
  readonly student?: StudentModel | undefined;
  readonly until?: Until | undefined;
}

/** Where picking stands before a round. */
export interface PickState {
  /** Rounds that are done. */
  readonly rounds: number;
  /** Rows to learn from. */
  readonly rows: number;
  readonly positive: number;
  /** Of them those that were drawn at random: they alone tell how good a student is. */
  readonly uniform: { readonly rows: number; readonly positive: number };
  /** Of a student of all rows, by the uniform ones; null where these are too few. */
  readonly figures: StudentFigures | null;
  /** Dollars of all rows that were asked; null where that of one is unknown. */
  readonly usd: number | null;
}

export interface PickCallbacks extends CollectCallbacks, Pick<TrainCallbacks, 'onFit'> {
  readonly onState?: ((state: PickState) => void) | undefined;
  /** Told of each round before it is asked: of its rows, done ones among them, and of near-duplicates passed over. */
  readonly onRound?:
    | ((round: { round: number; rows: number; duplicates: number }) => void)
    | undefined;
  /** Told when a round has been asked. */
  readonly onRoundEnd?: (() => void) | undefined;
}

export interface PickSummary {
  /** Of all rounds of this run together; undefined where nothing was left to ask. */
  readonly collected: CollectSummary | undefined;
  readonly states: readonly PickState[];
  /** Whether the rounds ended because `until` was reached. */
  readonly isReached: boolean;
  /** What more rows may give; undefined where too few rounds tell. */
  readonly outlook: Outlook | undefined;
}

/**
 * Labels the rows that a student wants most, and beside them a uniform sample, round by round. Who
 * picks has learned from the rounds before alone, so that a run which was cut off picks the same
 * rows again, and asks for what is missing of them.
 *
 * @throws UserError as `collect` does, and when nothing is labelled that a student could learn from,
 *   or the rows on record were drawn by another shuffle; the signal's reason when aborted in training
 */
export async function pick(
  options: PickOptions,
  { onState, onRound, onRoundEnd, onFit, ...callbacks }: PickCallbacks = {},
): Promise<PickSummary> {
  const { student, until, rounds = until ? Number.POSITIVE_INFINITY : 1, out } = options;
  const { onRead } = callbacks;
  const file = labelPaths(out).jsonl;
  const pool = await PickPool.open({ ...options, file, onRead });
  if (pool.isEmpty && !student) throw nothingToLearnFrom(file);
  const states: PickState[] = [];
  const runs: CollectSummary[] = [];
  let isReached = false;
  for (let round = firstRound(pool, student); ; round++) {
    const { picker, state } = await openPicker(pool, round, options, { onRead, onFit });
    if (state) {
      states.push(state);
      onState?.(state);
      isReached = until !== undefined && reaches(state, until);
      if (isReached || round > rounds) break;
    }
    const { chosen, duplicates } = await pool.plan(round, picker, options);
    // Of what is on record rows may have failed on the way: those of all rounds are asked again.
    const rows = new Map([...(runs.length === 0 ? pool.drawings : []), ...chosen]);
    if (rows.size === 0) break;
    onRound?.({ round, rows: rows.size, duplicates });
    const selection = { kind: 'chosen', rows } as const;
    const run = await collect({ ...options, selection }, callbacks);
    onRoundEnd?.();
    runs.push(run);
    if (student || run.stoppedBy !== undefined || run.interrupted) break;
    await pool.reload();
  }
  const figure = until?.figure ?? 'auprc';
  const points = states.flatMap(({ rows, figures }) =>
    figures ? { rows, value: figures[figure] } : [],
  );
  const [first, ...others] = runs;
  const collected = first && others.reduce(together, first);
  return { collected, states, isReached, outlook: outlookOf(points) };
}

/** The last one on record may have been cut off; another student begins one of its own. */
function firstRound({ last }: PickPool, student: StudentModel | undefined): number {
  if (!student) return Math.max(last.round, 1);
  return last.pickedBy?.endsWith(`@${hashOfStudent(student)}`) ? last.round : last.round + 1;
}

/**
 * What the next round would take; nothing is asked and nothing written.
 *
 * @throws UserError as `pick` does
 */
export async function estimatePick(
  options: PickOptions,
  callbacks: Pick<PickCallbacks, 'onRead' | 'onFit'> = {},
): Promise<Estimate> {
  const { out, student } = options;
  const file = labelPaths(out).jsonl;
  const pool = await PickPool.open({ ...options, file, onRead: callbacks.onRead });
  if (pool.isEmpty && !student) throw nothingToLearnFrom(file);
  const first = firstRound(pool, student);
  const plan = async (round: number) => {
    const { picker } = await openPicker(pool, round, options, callbacks);
    return (await pool.plan(round, picker, options)).chosen;
  };
  let rows = await plan(first);
  // That round is done.
  if (rows.size === 0 && !student) rows = await plan(first + 1);
  return estimateCollect({ ...options, selection: { kind: 'chosen', rows } }, callbacks);
}

/** Who picks the rows of a round: the student that is given, or one that learns from the rows before. */
async function openPicker(
  pool: PickPool,
  round: number,
  { student, task, signal }: PickOptions,
  { onRead, onFit }: Pick<PickCallbacks, 'onRead' | 'onFit'>,
): Promise<{ readonly picker: RoundPicker; readonly state?: PickState }> {
  if (student) return { picker: asPicker(student) };
  const { examples } = await readTrainingSet(
    { trainFile: pool.file, task, beforeRound: round },
    { onRead },
  );
  // Its figures are of the rest of the pool.
  const about = { labels: 'teacher', teacher: null, task, oneFold: 'equal' } as const;
  const own = await trainStudent(examples, { ...about, seed: 0, signal, onFit });
  const score = scorerOf(own);
  const uniform = examples.filter(({ isUniform = true }) => isUniform);
  const positive = (rows: typeof examples) => rows.filter((row) => row.positive).length;
  return {
    picker: { scoreOf: (text) => score(text).score, threshold: own.threshold },
    state: {
      rounds: round - 1,
      rows: examples.length,
      positive: positive(examples),
      uniform: { rows: uniform.length, positive: positive(uniform) },
      figures: own.report.ngrams,
      usd: pool.usdBefore(round),
    },
  };
}

function asPicker(student: StudentModel): RoundPicker {
  const { scoreOf, id } = student;
  const { threshold } = student.student;
  if (scoreOf) return { scoreOf, threshold, hash: hashOfStudent(student) };
  throw new UserError(
    `${id} needs an embedding of each text, so that scoring all rows would have its price`,
    { hint: 'pick with a student without embeddings' },
  );
}

function together(before: CollectSummary, after: CollectSummary): CollectSummary {
  const { human, expected } = before;
  return {
    ...after,
    ...addAsked(before, after),
    human: {
      compared: human.compared + after.human.compared,
      agreed: human.agreed + after.human.agreed,
    },
    expected: addExpected(expected, after.expected),
  };
}

function addExpected(a: CollectSummary['expected'], b: CollectSummary['expected']) {
  if (!a || !b) return a ?? b;
  return {
    promptTokens: a.promptTokens + b.promptTokens,
    usd: a.usd === null || b.usd === null ? null : a.usd + b.usd,
  };
}

function reaches({ figures }: PickState, { figure, value }: Until): boolean {
  const interval = figures?.[`${figure}_interval`];
  return interval !== undefined && interval.low >= value;
}

const nothingToLearnFrom = (file: string) =>
  new UserError(`${file} has no rows yet, so nobody can say which to label next`, {
    hint: 'label a start drawn at random with `sample` 200, or give a `student`',
  });
