import { UserError } from './errors.js';
import { type ChatExportOptions, type ChatLine, exportChat } from './labels/chat-export.js';
import {
  readTrainingSet,
  type TrainingSet,
  type TrainingSetOptions,
} from './labels/training-set.js';
import type { Embedder } from './student/embedding-head.js';
import type { Example } from './student/examples.js';
import { writeStudent } from './student/student-file.js';
import type { Student } from './student/student-schema.js';
import { trainStudent } from './student/train-student.js';

export interface TrainOptions extends TrainingSetOptions {
  /** Of the folds of a student, and of the rows held out of an export. Default: 0. */
  readonly seed?: number | undefined;
  /** Write the rows as chats. */
  readonly exportTo?: Omit<ChatExportOptions, 'seed' | 'task'> | undefined;
  /** Train a student into this file. */
  readonly studentTo?: string | undefined;
  /** Gives the student a head on embeddings. */
  readonly embedder?: Embedder | undefined;
  /** Aborted to stop early; no file is written then that was not finished. */
  readonly signal?: AbortSignal | undefined;
}

export interface TrainCallbacks {
  /** Told of each finished fit. */
  readonly onFit?: ((done: number, total: number) => void) | undefined;
}

/** What `train` made. */
export interface TrainSummary {
  readonly set: TrainingSet;
  readonly exported?: { readonly file: string; readonly lines: Record<ChatLine['split'], number> };
  readonly trained?: { readonly file: string; readonly student: Student };
  readonly seconds: number;
}

/**
 * Makes a student of a file of labels, or the chats that a fine-tuning tool reads, or both.
 *
 * @throws UserError when the rows cannot be read or are too few, or a file cannot be written;
 *   the signal's reason when aborted
 */
export async function train(
  options: TrainOptions,
  { onFit }: TrainCallbacks = {},
): Promise<TrainSummary> {
  const { labels = 'teacher', seed = 0, task, exportTo, studentTo, embedder, signal } = options;
  const started = performance.now();
  const set = await readTrainingSet(options);
  const exported = exportTo && {
    file: exportTo.out,
    lines: exportChat(set.examples, { ...exportTo, seed, task }),
  };
  let trained: TrainSummary['trained'];
  if (studentTo !== undefined) {
    const embeddings = embedder && (await embedAll(embedder, set.examples, signal));
    const student = await trainStudent(set.examples, {
      labels,
      teacher: set.teacher,
      task,
      seed,
      ...(embeddings ? { embeddings } : {}),
      signal,
      onFit,
    });
    writeStudent(studentTo, student);
    trained = { file: studentTo, student };
  }
  return {
    set,
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
