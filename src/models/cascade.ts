import { basename, dirname, resolve } from 'node:path';
import { routeOf } from '../cascade/band.js';
import { readCascade } from '../cascade/cascade-file.js';
import type { OnTeacherFailure } from '../cascade/cascade-rows.js';
import type { Cascade } from '../cascade/cascade-schema.js';
import { unpackScores } from '../cascade/packed-scores.js';
import { show, UserError } from '../errors.js';
import { openTexts } from '../student/learned-texts.js';
import type { Task } from '../task/task.js';
import type { Verdict } from '../verdict.js';
import type { BatchSide } from './batch-side.js';
import {
  Counted,
  FailuresInARow,
  isOfTeacher,
  openTeacher,
  remembering,
  type Teacher,
} from './cascade-teacher.js';
import type { Classifier, Learned, Model } from './classifier.js';
import { HUMAN, PEOPLE } from './human.js';
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
  const teacher = await openTeacher(path, cascade, options.openTeacher);
  const name = `cascade:${basename(path, '.json')}`;
  return cascadeModel({ name, prompt: `${PROMPT}${hash}`, cascade, student, teacher });
}

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
