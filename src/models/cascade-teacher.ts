import type { Cascade } from '../cascade/cascade-schema.js';
import { EXIT, show, UserError } from '../errors.js';
import type { Verdict } from '../verdict.js';
import type { Classifier, Model, RecordedAnswers } from './classifier.js';
import { HUMAN, openHuman } from './human.js';

/** The teacher, or why it cannot be asked. */
export type Teacher =
  | { readonly model: Model; readonly isPriced: boolean }
  | { readonly error: unknown };

/** Opens the teacher of a cascade; an error of its own is thrown when it is to be asked. */
export async function openTeacher(
  path: string,
  { teacher: { name, model, provider, prompt } }: Cascade,
  open: (name: string) => Promise<Model>,
): Promise<Teacher> {
  if (name === HUMAN) return { model: openHuman(), isPriced: false };
  let opened: Model;
  try {
    opened = await open(name);
  } catch (error) {
    if (error instanceof UserError) return { error };
    throw error;
  }
  if (opened.id === model && opened.provider === provider && opened.prompt === prompt) {
    return { model: opened, isPriced: opened.price !== undefined };
  }
  const now = `${opened.id} at ${opened.provider} with the prompt ${opened.prompt}`;
  const error = new UserError(
    `the teacher of ${path} is ${model} at ${provider} with the prompt ${prompt}; ${show(name)} is ${now} now`,
    { hint: 'calibrate a cascade with the teacher as it is now: its promise is of the other one' },
  );
  return { error };
}

/** Whether answers are those of the teacher that the cascade was made with. */
export const isOfTeacher = (
  { model, provider, prompt }: RecordedAnswers,
  { teacher }: Cascade,
): boolean => model === teacher.model && provider === teacher.provider && prompt === teacher.prompt;

/** Answers on record, and how many of them were taken. */
export class Counted {
  readonly source: RecordedAnswers;
  taken = 0;

  constructor(source: RecordedAnswers) {
    this.source = source;
  }

  has = (text: string) => this.source.verdictOf(text) !== undefined;

  take(text: string): Verdict | undefined {
    const verdict = this.source.verdictOf(text);
    if (verdict) this.taken += 1;
    return verdict;
  }
}

/** A teacher that is not asked where its answer is on record. */
export function remembering(recorded: Counted, teacher: Teacher): Teacher {
  const { model: id, provider, prompt } = recorded.source;
  const classify: Classifier = async (sample, signal) => {
    const verdict = recorded.take(sample.text);
    if (verdict) return verdict;
    if ('error' in teacher) throw teacher.error;
    return teacher.model.classify(sample, signal);
  };
  if ('model' in teacher)
    return { ...teacher, model: { ...teacher.model, classify, judge: undefined } };
  return { model: { id, provider, prompt, scores: 'never', classify }, isPriced: true };
}

/** So many failures of the teacher in a row are no matter of single rows. */
const FAILURES_TO_STOP = 25;

/** The student's answers in between must not hide that the teacher is gone. */
export class FailuresInARow {
  readonly #teacher: string;
  #failures = 0;

  constructor(teacher: string) {
    this.#teacher = teacher;
  }

  /** @throws UserError (exit 3) at so many in a row */
  count(verdict: Verdict): void {
    this.#failures = verdict.outcome === 'failed' ? this.#failures + 1 : 0;
    if (this.#failures < FAILURES_TO_STOP || verdict.outcome !== 'failed') return;
    throw new UserError(
      `${this.#teacher} failed ${FAILURES_TO_STOP} times in a row, the last with: ${verdict.error}`,
      {
        hint: 'check the server, then run the same command again: it asks only for what is missing',
        exitCode: EXIT.couldNotFinish,
      },
    );
  }
}
