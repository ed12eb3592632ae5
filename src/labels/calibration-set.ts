import { setImmediate as nextTurn } from 'node:timers/promises';
import { drawnWith } from '../analysis/sampling-weights.js';
import type { CascadeRow } from '../cascade/cascade-rows.js';
import { UserError } from '../errors.js';
import type { ReadingCallbacks } from '../files/bytes.js';
import { formatCount, plural } from '../format.js';
import { HUMAN } from '../models/human.js';
import type { StudentModel } from '../models/student.js';
import type { PriceFile } from '../pricing/price-file.js';
import type { Task } from '../task/task.js';
import type { LabelSource, RowLabel } from '../terms.js';
import { normaliseText } from '../text.js';
import { type EvalFile, readEvalFile } from './eval-file.js';
import { type HumanLabels, readHumanLabels } from './human-labels.js';
import { readUnanswered } from './reader.js';

export interface CalibrationOptions {
  /** A file that the teacher labelled, with human labels unless the teacher's are the truth. */
  readonly calibrate: string;
  readonly task: Task;
  readonly trueLabels: LabelSource;
  /** Sheets of human labels beside those in the file. */
  readonly humanLabels?: readonly string[] | undefined;
  /** `human` where people are the teacher: their labels in the file are its answers. */
  readonly teacher?: string | undefined;
  readonly prices?: PriceFile | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface CalibrationCallbacks extends ReadingCallbacks {
  /** Told of how many rows the student is done with. */
  readonly onScore?: ((done: number, total: number) => void) | undefined;
}

/** A row of it, with its text. */
export interface CalibrationRow extends CascadeRow {
  readonly text: string;
}

/** The rows that a cascade is chosen on. */
export interface CalibrationSet {
  readonly file: EvalFile;
  readonly rows: readonly CalibrationRow[];
  /** Whether people are the teacher. */
  readonly isByPeople: boolean;
  /** What a row costs that the student answers, in dollars; null where that is unknown. */
  readonly usdOfStudent: number | null;
  /** Rows left out because they have no true label. */
  readonly withoutTruth: number;
  /** Rows left out because an earlier one has the same text. */
  readonly duplicates: number;
  /** Whether the rows say that they were drawn with unequal probabilities. */
  readonly isUnequal: boolean;
}

/** So long signals and a progress bar may wait for their turn. */
const LONGEST_TURN_MS = 20;

/** A row before the student has scored it. */
interface Asked {
  readonly text: string;
  readonly teacher: RowLabel | null;
  readonly truth: RowLabel | null;
  readonly usd: number | null;
}

/**
 * Reads the rows that a cascade is chosen on, those included that the teacher left without a label,
 * and has the student score them.
 *
 * @throws UserError when the file is bad, has no teacher, or holds rows that the student learned from;
 *   the signal's reason when aborted
 */
export async function readCalibrationSet(
  student: StudentModel,
  options: CalibrationOptions,
  { onRead, onScore }: CalibrationCallbacks = {},
): Promise<CalibrationSet> {
  const { calibrate: path, task, trueLabels, prices, signal } = options;
  const sheets = await readHumanLabels(options.humanLabels ?? [], task);
  const file = await readEvalFile(path, { task, trueLabels, prices, sheets, onRead });
  const isByPeople =
    options.teacher === HUMAN || (options.teacher === undefined && file.isByPeople);
  const asked = isByPeople ? byPeople(file) : await byTeacher(file, trueLabels);
  refuseLearned(path, asked, student);
  const seen = new Set<string>();
  const counts = { withoutTruth: 0, duplicates: 0 };
  const rows: CalibrationRow[] = [];
  let usdOfStudent: number | null = 0;
  let turnEnds = performance.now() + LONGEST_TURN_MS;
  for (const [done, { text, teacher, truth, usd }] of asked.entries()) {
    if (performance.now() >= turnEnds) {
      await nextTurn();
      turnEnds = performance.now() + LONGEST_TURN_MS;
    }
    onScore?.(done, asked.length);
    if (truth === null) counts.withoutTruth += 1;
    else if (seen.has(normaliseText(text))) counts.duplicates += 1;
    else {
      seen.add(normaliseText(text));
      const { score, costUsd } = await scoreOf(student, text, signal);
      usdOfStudent = usdOfStudent === null || costUsd === null ? null : usdOfStudent + costUsd;
      rows.push({ text, score, teacher, truth, usd });
    }
  }
  return {
    file,
    rows,
    isByPeople,
    usdOfStudent: usdOfStudent === null ? null : usdOfStudent / Math.max(rows.length, 1),
    ...counts,
    isUnequal: isDrawnUnequally(file, trueLabels) || sheets.some(isAudit),
  };
}

/** Of such rows a student is too sure. */
function refuseLearned(path: string, rows: readonly Asked[], { learned, id }: StudentModel): void {
  if (!learned) {
    throw new UserError(`the file of ${id} does not say which rows it learned from`, {
      hint: 'train the student again: a cascade is chosen on rows that it has not seen',
    });
  }
  const known = rows.filter(({ text }) => learned.has(text)).length;
  if (known === 0) return;
  const { testFile } = learned;
  throw new UserError(
    `${id} learned from ${formatCount(known)} of the ${plural(rows.length, 'row')} of ${path}, and is too sure of them`,
    {
      hint:
        testFile === null
          ? 'choose the cascade on other rows: label some, or train again with a part set aside'
          : `choose the cascade on the rows that were set aside in training: \`calibrate\` ${testFile}`,
    },
  );
}

function isDrawnUnequally({ rows }: EvalFile, trueLabels: LabelSource): boolean {
  const truth = trueLabels === 'teacher' ? rows.teacher : rows.human;
  return drawnWith(rows, truth).kind !== 'equal';
}

/** An audit draws rows of each kind with a probability of their own. */
const isAudit = ({ draw }: HumanLabels): boolean =>
  new Set(draw?.cells.flatMap(({ probability }) => probability ?? [])).size > 1;

const byPeople = ({ rows }: EvalFile): Asked[] =>
  Array.from(rows, ({ input, true_label }) => ({
    text: input,
    teacher: true_label,
    truth: true_label,
    usd: null,
  }));

async function byTeacher(file: EvalFile, trueLabels: LabelSource): Promise<Asked[]> {
  if (!file.teacher) {
    throw new UserError(`${file.path} has no teacher's labels`, {
      hint: 'label the rows with the teacher first: collect; or take people for the teacher: `teacher` human',
    });
  }
  const truthOf = (teacher: RowLabel | null, human: RowLabel | null) =>
    trueLabels === 'teacher' ? teacher : human;
  const unanswered = await readUnanswered(file.path, file.task.labels, new Set(file.rows.keys));
  return [
    ...Array.from(file.rows, ({ input, prediction, true_label, cost_usd }) => ({
      text: input,
      teacher: prediction,
      truth: truthOf(prediction, true_label),
      usd: cost_usd ?? null,
    })),
    ...[...unanswered.values()]
      .filter(({ run = 1 }) => run === 1)
      .map(({ input, true_label, cost_usd }) => ({
        text: input,
        teacher: null,
        truth: truthOf(null, true_label),
        usd: cost_usd ?? null,
      })),
  ];
}

async function scoreOf(student: StudentModel, text: string, signal = new AbortController().signal) {
  signal.throwIfAborted();
  const nobody = { id: null, index: 0, label: null, humanChecked: null, jailbreaking: null };
  const verdict = await student.classify({ ...nobody, text }, signal);
  if (verdict.outcome === 'answered' && verdict.score !== undefined) {
    return { score: verdict.score, costUsd: verdict.costUsd };
  }
  throw new UserError(`${student.id} gave no score: ${verdict.outcome}`, {
    hint: 'check the server of its embeddings, then run the same command again',
  });
}
