import { dirname, relative, resolve } from 'node:path';
import { CASCADE_SCHEMA, CASCADE_VERSION } from '../cascade/cascade-format.js';
import type { CascadeRules, countCascade, OnTeacherFailure } from '../cascade/cascade-rows.js';
import type { Cascade } from '../cascade/cascade-schema.js';
import type { Choice, Wish } from '../cascade/choose.js';
import { packScores } from '../cascade/packed-scores.js';
import { UserError } from '../errors.js';
import { HUMAN, PEOPLE } from '../models/human.js';
import { hashOfStudent, type StudentModel } from '../models/student.js';
import { packTexts } from '../student/learned-texts.js';
import type { Task } from '../task/task.js';
import { packageVersion } from '../version.js';
import type { CalibrationSet } from './calibration-set.js';

/** Of what was asked for. */
interface Described {
  /** The file of the cascade, and that of its student. */
  readonly out: string;
  readonly student: string;
  readonly teacher?: string | undefined;
  readonly onTeacherFailure?: OnTeacherFailure | undefined;
  /** ISO 8601, UTC. Default: now. */
  readonly createdAt?: string | undefined;
}

/** What a cascade file says of how its band was chosen, and by which rows. */
export function describeCascade(
  { out, student: path, onTeacherFailure = 'unanswered', ...options }: Described,
  chosen: {
    student: StudentModel;
    set: CalibrationSet;
    wish: Wish;
    choice: Choice;
    band: NonNullable<Choice['band']>;
    rules: CascadeRules;
    truth: Cascade['calibration']['truth'];
    task: Task;
    counts: ReturnType<typeof countCascade>;
  },
): Cascade {
  const { student, set, wish, choice, band, rules, truth, task, counts } = chosen;
  const { file, rows } = set;
  return {
    schema: CASCADE_SCHEMA,
    version: CASCADE_VERSION,
    tool_version: packageVersion(),
    created_at: options.createdAt ?? new Date().toISOString(),
    task: { name: task.name, ...task.labels },
    student: {
      file: relative(dirname(resolve(out)), resolve(path)).replaceAll('\\', '/'),
      hash: hashOfStudent(student),
      threshold: rules.threshold,
    },
    teacher: set.isByPeople ? OF_PEOPLE : teacherOf(file, options.teacher),
    band,
    on_teacher_failure: onTeacherFailure,
    chosen_by: chosenBy(wish),
    promise: promiseOf(wish, choice, truth),
    calibration: {
      file: file.path,
      sha256: file.sha256,
      truth,
      rows: rows.length,
      positive: counts.positive,
      escalated: counts.escalated,
      texts: packTexts(rows.map(({ text }) => text)),
      log_odds: packScores(rows.map(({ score }) => score)),
    },
  };
}

const OF_PEOPLE = { name: HUMAN, provider: PEOPLE, model: HUMAN, prompt: HUMAN };

function teacherOf({ path, teacher }: CalibrationSet['file'], name?: string): Cascade['teacher'] {
  const { id, provider, prompt } = teacher ?? {};
  if (!id || !provider || !prompt) {
    throw new UserError(`${path} does not name one teacher for all of its rows`, {
      hint: 'calibrate on rows that one model labelled, with one prompt',
    });
  }
  return { name: name ?? nameOf(provider, id), provider, model: id, prompt };
}

/** How a model is opened that a file names by its provider and its id. */
function nameOf(provider: string, id: string): string {
  if (provider === 'custom') return id;
  return provider === 'embedded' || id.startsWith(`${provider}:`) ? id : `${provider}:${id}`;
}

function chosenBy(wish: Wish): Cascade['chosen_by'] {
  if (wish.kind === 'share') return { share: wish.share };
  if (wish.kind === 'cost') return { usd_per_1000: wish.usdPer1000 };
  const { recall, precision } = wish.aim;
  return {
    ...(recall === undefined ? {} : { recall }),
    ...(precision === undefined ? {} : { precision }),
  };
}

function promiseOf(
  wish: Wish,
  { trial }: Choice,
  truth: Cascade['calibration']['truth'],
): Cascade['promise'] {
  const tested = trial?.passed.at(-1);
  if (wish.kind !== 'promise' || !trial || !tested) return null;
  const { recall, precision } = tested;
  return {
    truth,
    confidence: wish.confidence,
    ...(recall ? { recall } : {}),
    ...(precision ? { precision } : {}),
    bands_tested: trial.passed.length + (trial.failed ? 1 : 0),
    bands_passed: trial.passed.length,
  };
}
