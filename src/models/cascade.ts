import { basename, dirname, resolve } from 'node:path';
import { routeOf } from '../cascade/band.js';
import { readCascade } from '../cascade/cascade-file.js';
import type { OnTeacherFailure } from '../cascade/cascade-rows.js';
import type { Cascade } from '../cascade/cascade-schema.js';
import { unpackScores } from '../cascade/packed-scores.js';
import { EXIT, show, UserError } from '../errors.js';
import { openTexts } from '../student/learned-texts.js';
import type { Task } from '../task/task.js';
import type { Verdict } from '../verdict.js';
import type { BatchSide } from './batch-side.js';
import type { Classifier, Learned, Model, RecordedAnswers } from './classifier.js';
import { HUMAN, openHuman, PEOPLE } from './human.js';
import { hashOfStudent, type StudentModel } from './student.js';

export interface CascadeOptions {
  /** What it is to judge; it must have been made for the labels of this task. */
  readonly task?: Task | undefined;
  readonly openStudent: (path: string) => Promise<StudentModel>;
  readonly openTeacher: (name: string) => Promise<Model>;
}

const PROMPT = 'cascade@';

/**
 * Opens a cascade file as a model: the student answers what it is sure of, and the teacher the rest.
 * Where the teacher cannot be opened that is said when it is needed: its answers may be on record.
 *
 * @throws UserError when a file is missing, damaged, or not the one that the cascade was made with
 */
export async function openCascadeModel(path: string, options: CascadeOptions): Promise<Model> {
  const { cascade, hash } = readCascade(path);
  const student = await options.openStudent(resolve(dirname(path), cascade.student.file));
  refuseOtherStudent(path, cascade, student);
  const teacher = await openTeacher(path, cascade, options);
  const name = `cascade:${basename(path, '.json')}`;
  return cascadeModel({ name, prompt: `${PROMPT}${hash}`, cascade, student, teacher });
}

/** The teacher, or why it cannot be asked. */
type Teacher = { readonly model: Model; readonly isPriced: boolean } | { readonly error: unknown };

interface Parts {
  readonly name: string;
  readonly prompt: string;
  readonly cascade: Cascade;
  readonly student: StudentModel;
  readonly teacher: Teacher;
  readonly recorded?: Counted;
}

function cascadeModel(parts: Parts): Model {
  const { name, prompt, cascade, student, teacher, recorded } = parts;
  const { band } = cascade;
  const model = 'model' in teacher ? teacher.model : undefined;
  const { scoreOf } = student;
  const asks = (text: string) => {
    const isSure = scoreOf !== undefined && routeOf(scoreOf(text), band) !== 'teacher';
    return !isSure && !recorded?.has(text);
  };
  return {
    id: name,
    provider: 'cascade',
    prompt,
    scores: 'never',
    price: model?.price,
    estimator: model?.estimator,
    possiblyBilled: model?.possiblyBilled,
    addPossiblyBilled: model?.addPossiblyBilled,
    learned: notToBeJudgedBy(cascade, student.learned),
    classify: classifierOf(parts),
    batch: model?.batch && batchSideOf(parts, model.batch),
    cascade: {
      teacher: cascade.teacher.name === HUMAN ? PEOPLE : cascade.teacher.model,
      student: student.prompt,
      alone: { name: student.id, threshold: cascade.student.threshold },
      calibration: {
        scores: unpackScores(cascade.calibration.log_odds, cascade.calibration.rows),
        escalated: cascade.calibration.escalated,
      },
      promise: cascade.promise,
      asks,
      withAnswers: (answers) => {
        if (!isOfTeacher(answers, cascade)) return cascadeModel(parts);
        const recorded = new Counted(answers);
        return cascadeModel({ ...parts, recorded, teacher: remembering(recorded, teacher) });
      },
      takenFromRecord: () => recorded?.taken ?? 0,
    },
  };
}

/** Rows that the student learned from, and those that the band was chosen on. */
function notToBeJudgedBy(
  { calibration }: Cascade,
  learned: Learned | null | undefined,
): Learned | null {
  if (!learned) return null;
  const isCalibration = openTexts(calibration.texts);
  return { has: (text) => learned.has(text) || isCalibration(text), testFile: null };
}

function classifierOf({ cascade, student, teacher }: Parts): Classifier {
  const { band, student: alone, on_teacher_failure: onFailure } = cascade;
  const failures = new FailuresInARow(cascade.teacher.name);
  // Rows of the student alone would make a cascade of unknown cost look free.
  const isPriced = 'error' in teacher || teacher.isPriced;
  return async (sample, signal) => {
    const own = await student.classify(sample, signal);
    if (own.outcome !== 'answered' || own.score === undefined) return own;
    const route = routeOf(own.score, band);
    if (route !== 'teacher') {
      const { score, ...answer } = own;
      const costUsd = isPriced ? answer.costUsd : null;
      return { ...answer, label: route, costUsd, answeredBy: 'student', studentScore: score };
    }
    if ('error' in teacher) throw teacher.error;
    const theirs = await teacher.model.classify(sample, signal);
    failures.count(theirs);
    return together(own, theirs, { onFailure, threshold: alone.threshold });
  };
}

/** The teacher's batches, of the rows that the student is not sure of. */
function batchSideOf(parts: Parts, teacher: BatchSide): BatchSide {
  const { cascade, student, recorded } = parts;
  const { band, student: alone, on_teacher_failure: onFailure } = cascade;
  const classify = classifierOf(parts);
  return {
    ...teacher,
    before: async (sample, signal) => {
      const own = await student.classify(sample, signal);
      const isAsked =
        own.outcome === 'answered' &&
        own.score !== undefined &&
        routeOf(own.score, band) === 'teacher' &&
        !recorded?.has(sample.text);
      return isAsked
        ? { verdict: own, isFinal: false }
        : { verdict: await classify(sample, signal), isFinal: true };
    },
    together: (own, theirs) => together(own, theirs, { onFailure, threshold: alone.threshold }),
  };
}

/** The teacher's answer, with what it took to find out that it had to be asked. */
function together(
  { score = 0, ...own }: Verdict & { readonly score?: number | undefined },
  theirs: Verdict,
  { onFailure, threshold }: { onFailure: OnTeacherFailure; threshold: number },
): Verdict {
  const took = {
    costUsd: theirs.costUsd === null || own.costUsd === null ? null : theirs.costUsd + own.costUsd,
    latencyMs:
      theirs.latencyMs === null || own.latencyMs === null
        ? theirs.latencyMs
        : theirs.latencyMs + own.latencyMs,
    studentScore: score,
  };
  if (theirs.outcome === 'answered') {
    const { score: _, ...answer } = theirs;
    return { ...answer, ...took, answeredBy: 'teacher' };
  }
  if (onFailure === 'unanswered') return { ...theirs, ...took, answeredBy: 'teacher' };
  const { raw, usage } = theirs;
  const label = score >= threshold ? 'positive' : 'negative';
  return { outcome: 'answered', label, raw, usage, ...took, answeredBy: 'stand-in' };
}

/** So many failures of the teacher in a row are no matter of single rows. */
const FAILURES_TO_STOP = 25;

/** The student's answers in between must not hide that the teacher is gone. */
class FailuresInARow {
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

const isOfTeacher = ({ model, provider, prompt }: RecordedAnswers, { teacher }: Cascade): boolean =>
  model === teacher.model && provider === teacher.provider && prompt === teacher.prompt;

/** Answers on record, and how many of them were taken. */
class Counted {
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
function remembering(recorded: Counted, teacher: Teacher): Teacher {
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

async function openTeacher(
  path: string,
  { teacher: { name, model, provider, prompt } }: Cascade,
  options: CascadeOptions,
): Promise<Teacher> {
  if (name === HUMAN) return { model: openHuman(), isPriced: false };
  let opened: Model;
  try {
    opened = await options.openTeacher(name);
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

function refuseOtherStudent(path: string, { student, task }: Cascade, opened: StudentModel): void {
  if (hashOfStudent(opened) !== student.hash) {
    throw new UserError(
      `${student.file} is another student (${hashOfStudent(opened)}) than the one that ${path} was made with (${student.hash})`,
      { hint: 'put that student back, or make the cascade again with this one' },
    );
  }
  const { positive, negative } = opened.student.task ?? task;
  if (positive === task.positive && negative === task.negative) return;
  throw new UserError(
    `${path} tells ${show(task.positive)} from ${show(task.negative)}, its student does not`,
    {
      hint: 'make the cascade again',
    },
  );
}
