import { UserError } from './errors.js';
import type { ReadingCallbacks } from './files/bytes.js';
import {
  type ChatExportOptions,
  type ChatLine,
  exportChat,
  refuseForChats,
} from './labels/chat-export.js';
import {
  refuseOverwriting,
  type SetAsideOptions,
  setAside,
  writeTestFile,
} from './labels/set-aside.js';
import {
  readTrainingSet,
  type TrainingSet,
  type TrainingSetOptions,
} from './labels/training-set.js';
import type { JudgedRow } from './records.js';
import type { Embedder } from './student/embedding-head.js';
import type { Example } from './student/examples.js';
import { refuseForStudent, testFileOf, writeStudent } from './student/student-file.js';
import type { Student } from './student/student-schema.js';
import { trainStudent } from './student/train-student.js';

export interface TrainOptions extends TrainingSetOptions, SetAsideOptions {
  /** Of the folds of a student, and of the rows that are set aside. Default: 0. */
  readonly seed?: number | undefined;
  /** Write the rows as chats, those that are set aside marked TEST. */
  readonly exportTo?: Omit<ChatExportOptions, 'seed' | 'task' | 'testFraction'> | undefined;
  /**
   * Train a student into this file. The rows that are set aside are written beside it: for
   * `student.json` to `student.test.jsonl`, a file of labels to evaluate on.
   */
  readonly studentTo?: string | undefined;
  /** Gives the student a head on embeddings. */
  readonly embedder?: Embedder | undefined;
  /** Aborted to stop early; no file is written then that was not finished. */
  readonly signal?: AbortSignal | undefined;
}

export interface TrainCallbacks extends ReadingCallbacks {
  /** Told how many fits are finished, also where it is no more than before. */
  readonly onFit?: ((done: number, total: number) => void) | undefined;
}

/** What `train` made. */
export interface TrainSummary {
  /** Its examples are those that were learned from. */
  readonly set: TrainingSet;
  /** The rows that were set aside; null where none were. */
  readonly test: { readonly rows: readonly JudgedRow[]; readonly file: string | null } | null;
  readonly exported?: { readonly file: string; readonly lines: Record<ChatLine['split'], number> };
  readonly trained?: { readonly file: string; readonly student: Student };
  readonly seconds: number;
}

/**
 * Makes a student of a file of labels, or the chats that a fine-tuning tool reads, or both.
 *
 * @throws UserError when the rows cannot be read or are too few, or a file cannot be written or
 *   would be written over; the signal's reason when aborted
 */
export async function train(
  options: TrainOptions,
  { onRead, onFit }: TrainCallbacks = {},
): Promise<TrainSummary> {
  const { labels = 'teacher', seed = 0, task, exportTo, studentTo, embedder, signal } = options;
  const started = performance.now();
  const set = await readTrainingSet(options, { onRead });
  const { learned, test, repeated, fraction } = setAside(set, options);
  const testFile = studentTo === undefined || test.length === 0 ? null : testFileOf(studentTo);
  if (testFile !== null) {
    const taken = [
      options.trainFile,
      ...(options.exclude ?? []),
      ...(exportTo ? [exportTo.out] : []),
    ];
    await refuseOverwriting({ path: testFile, rows: set.rows, names: set.task.labels, taken });
  }
  if (exportTo) refuseForChats(exportTo.out);
  if (studentTo !== undefined) refuseForStudent(studentTo);
  const exported = exportTo && {
    file: exportTo.out,
    lines: exportChat(set.examples, { ...exportTo, testFraction: fraction, seed, task }),
  };
  let trained: TrainSummary['trained'];
  if (studentTo !== undefined) {
    const embeddings = embedder && (await embedAll(embedder, learned, signal));
    const student = await trainStudent(learned, {
      labels,
      teacher: set.teacher,
      task,
      seed,
      ...(embeddings ? { embeddings } : {}),
      signal,
      onFit,
    });
    if (testFile !== null) writeTestFile(testFile, test, set.task.labels);
    writeStudent(studentTo, student);
    trained = { file: studentTo, student };
  }
  return {
    set: {
      ...set,
      examples: learned,
      // Each row counts once: those in the test file are not left out.
      duplicates: set.duplicates - (testFile === null ? 0 : repeated),
    },
    test: test.length === 0 ? null : { rows: test, file: testFile },
    ...(exported ? { exported } : {}),
    ...(trained ? { trained } : {}),
    seconds: (performance.now() - started) / 1000,
  };
}

async function embedAll(
  embedder: Embedder,
  examples: readonly Example[],
  signal: AbortSignal | undefined,
): Promise<{ id: string; vectors: readonly Float32Array[] }> {
  const vectors = await embedder.embed(
    examples.map(({ input }) => input),
    signal,
  );
  const dimensions = vectors[0]?.length ?? 0;
  const isSound = (vector: Float32Array) =>
    vector.length === dimensions && vector.every(Number.isFinite);
  if (dimensions > 0 && vectors.length === examples.length && vectors.every(isSound)) {
    return { id: embedder.id, vectors };
  }
  throw new UserError(`the embeddings of ${embedder.id} are not of one length, or not numbers`, {
    hint: 'check that the model is one for embeddings',
  });
}
