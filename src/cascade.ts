import { refuseForCascade, writeCascade } from './cascade/cascade-file.js';
import {
  type CascadeRow,
  type CascadeRules,
  countCascade,
  type OnTeacherFailure,
} from './cascade/cascade-rows.js';
import type { Cascade } from './cascade/cascade-schema.js';
import { type Choice, chooseBand, type Wish } from './cascade/choose.js';
import { type CurvePoint, cascadeCurve, pointOf } from './cascade/curve.js';
import { orderBands } from './cascade/order.js';
import type { Aim } from './cascade/promise.js';
import { UserError } from './errors.js';
import {
  type CalibrationCallbacks,
  type CalibrationOptions,
  type CalibrationSet,
  readCalibrationSet,
} from './labels/calibration-set.js';
import { describeCascade } from './labels/cascade-record.js';
import type { Model } from './models/classifier.js';
import { HUMAN, PEOPLE } from './models/human.js';
import { openStudent, type StudentModel } from './models/student.js';
import type { Embedder } from './student/embedding-head.js';
import { type HeldOut, unpackOutOfFold } from './student/out-of-fold.js';
import { type Task, TOXICITY } from './task/task.js';

/** How the band is chosen; exactly one of them is given. */
export interface ChooseOptions {
  /** The share of rows that may go to the teacher. */
  readonly escalate?: number | undefined;
  /** The most that 1,000 rows may cost, in dollars. */
  readonly maxCostPer1k?: number | undefined;
  /** What is to be promised of recall, of precision, or of both. */
  readonly aim?: Aim | undefined;
}

export interface CascadeOptions
  extends ChooseOptions,
    Partial<Omit<CalibrationOptions, 'calibrate'>> {
  /** The file of the student. */
  readonly student: string;
  readonly calibrate: string;
  /** The file to write. */
  readonly out: string;
  /** Of the promise. Default: 0.95. */
  readonly confidence?: number | undefined;
  /** What becomes of a row that the teacher leaves without a label. Default: unanswered. */
  readonly onTeacherFailure?: OnTeacherFailure | undefined;
  /** Finds out what the name of a teacher means, to compare it with what the rows say. */
  readonly identifyTeacher?:
    | ((name: string) => Promise<Pick<Model, 'id' | 'provider' | 'prompt'>>)
    | undefined;
  /** Opens the embedder with an id, for a student with a head on embeddings. */
  readonly openEmbedder?: ((id: string) => Promise<Embedder>) | undefined;
  /** When the file is made, ISO 8601, UTC. Default: now. */
  readonly createdAt?: string | undefined;
}

/** What came of choosing a cascade. */
export interface CascadeSummary {
  /** Undefined where no band was found: nothing is written then. */
  readonly cascade: Cascade | undefined;
  readonly file: string;
  readonly set: CalibrationSet;
  readonly wish: Wish;
  readonly choice: Choice;
  /** Quality and cost by share, from the student alone to the teacher alone. */
  readonly curve: readonly CurvePoint[];
  /** Of the chosen band. */
  readonly point: CurvePoint | undefined;
  readonly task: Task;
  readonly truth: Cascade['calibration']['truth'];
  /** How people call the teacher. */
  readonly teacher: string;
}

/**
 * Chooses from which scores on a student asks its teacher, on rows that neither the student nor
 * the order of the bands has seen, and writes that down as a model.
 *
 * @throws UserError when an option is wrong, a file is bad, the rows were seen in training, or the
 *   file cannot be written; the signal's reason when aborted
 */
export async function cascade(
  options: CascadeOptions,
  callbacks: CalibrationCallbacks = {},
): Promise<CascadeSummary> {
  const { task = TOXICITY, trueLabels: truth = 'human', confidence = 0.95 } = options;
  refuseForCascade(options.out);
  refuseUnlessOne(options);
  refuseOutside(options);
  const student = await openStudent(options.student, { task, openEmbedder: options.openEmbedder });
  const rules: CascadeRules = {
    threshold: student.student.threshold,
    onTeacherFailure: options.onTeacherFailure ?? 'unanswered',
  };
  const set = await readCalibrationSet(student, { ...options, task, trueLabels: truth }, callbacks);
  refuseEmpty(set, task);
  await refuseOtherTeacher(set.file, options);
  const { isByPeople } = set;
  const wish = wishOf(options, { student, rules, truth, confidence, isByPeople });
  if (wish.kind === 'promise') refuseUnequal(set);
  const choice = chooseBand(set.rows, wish, rules, set.usdOfStudent);
  const { usdOfStudent } = set;
  const curve = cascadeCurve(set.rows, rules, { usdOfStudent });
  const { band } = choice;
  const counts = band && countCascade(set.rows, band, rules);
  const made =
    band && counts
      ? describeCascade(options, { student, set, wish, choice, band, rules, truth, task, counts })
      : undefined;
  if (made) writeCascade(options.out, made);
  return {
    cascade: made,
    file: options.out,
    set,
    wish,
    choice,
    curve,
    point: band && counts && pointOf(counts, band, { confidence, usdOfStudent }),
    task,
    truth,
    teacher: set.isByPeople ? PEOPLE : (set.file.teacher?.name ?? ''),
  };
}

function refuseUnlessOne({ escalate, maxCostPer1k, aim }: ChooseOptions): void {
  const given = [escalate, maxCostPer1k, aim?.recall ?? aim?.precision];
  const count = given.filter((each) => each !== undefined).length;
  if (count === 1) return;
  throw new UserError(
    count === 0
      ? 'nothing says how many rows may go to the teacher'
      : 'the rows that go to the teacher are chosen in more than one way',
    { hint: 'give one of `escalate`, `maxCostPer1k`, or `recall` with or without `precision`' },
  );
}

function refuseOutside({ escalate, maxCostPer1k, aim, confidence }: CascadeOptions): void {
  const isShare = (value: number) => value >= 0 && value <= 1;
  const limits = [
    ['`escalate`', escalate, isShare, 'a share from 0 to 1'],
    ['`maxCostPer1k`', maxCostPer1k, (usd: number) => usd >= 0, 'dollars for 1,000 rows'],
    ['`recall`', aim?.recall, isShare, 'a share from 0 to 1'],
    ['`precision`', aim?.precision, isShare, 'a share from 0 to 1'],
    [
      '`confidence`',
      confidence,
      (share: number) => share >= 0.5 && share < 1,
      'a share from 0.5 to below 1, such as 0.95',
    ],
  ] as const;
  for (const [name, value, holds, wanted] of limits) {
    if (value === undefined || holds(value)) continue;
    throw new UserError(`${name} is ${value}`, { hint: `give ${wanted}` });
  }
}

function refuseEmpty({ rows, file }: CalibrationSet, { labels }: Task): void {
  if (rows.some(({ truth }) => truth === 'positive')) return;
  throw new UserError(`${file.path} has no ${labels.positive} row to choose a cascade on`, {
    hint: `take a file in which some rows are ${labels.positive}`,
  });
}

/** The answers of another model, or to another prompt, say nothing of this one's. */
async function refuseOtherTeacher(
  { path, teacher }: CalibrationSet['file'],
  { teacher: name, identifyTeacher }: CascadeOptions,
): Promise<void> {
  if (name === undefined || name === HUMAN) return;
  const named = await identifyTeacher?.(name);
  if (!named) return;
  const { id, provider, prompt } = teacher ?? {};
  if (named.id === id && named.provider === provider && named.prompt === prompt) return;
  throw new UserError(
    `the teacher of ${path} is ${id} at ${provider} (${prompt}), and \`teacher\` ${name} is ${named.id} at ${named.provider} (${named.prompt})`,
    { hint: 'leave `teacher` out to take that of the rows, or label rows with the other one' },
  );
}

/** The exact tests take the rows for a random draw. */
function refuseUnequal({ isUnequal, file }: CalibrationSet): void {
  if (!isUnequal) return;
  throw new UserError(
    `the rows of ${file.path} were drawn with unequal probabilities, so that nothing can be promised by them`,
    { hint: 'calibrate on a uniform draw, or choose by `escalate` or `maxCostPer1k`' },
  );
}

function wishOf(
  { escalate, maxCostPer1k, aim, student: path }: CascadeOptions,
  {
    student,
    rules,
    truth,
    confidence,
    isByPeople,
  }: {
    student: StudentModel;
    rules: CascadeRules;
    truth: string;
    confidence: number;
    isByPeople: boolean;
  },
): Wish {
  if (escalate !== undefined) return { kind: 'share', share: escalate };
  if (maxCostPer1k !== undefined) return { kind: 'cost', usdPer1000: maxCostPer1k };
  const packed = student.student.out_of_fold;
  const heldOut = packed && unpackOutOfFold(packed);
  if (!heldOut) {
    throw new UserError(`${path} was trained before cascades, so no order of bands can be fixed`, {
      hint: 'train the student again, or choose by `escalate` or `maxCostPer1k`',
    });
  }
  const { rows, seesTeacher } = trainingRows(heldOut, { truth, isByPeople });
  const bands = orderBands(rows, { aim: aim ?? {}, rules, seesTeacher });
  return { kind: 'promise', aim: aim ?? {}, confidence, bands };
}

/** With fewer positive rows that people and the teacher labelled, the teacher is not known. */
const FEWEST_TO_KNOW_TEACHER = 20;

/**
 * The training rows as they tell what to expect. Where people labelled enough of them, they show
 * what the teacher gets wrong; else its labels are taken for the truth.
 */
function trainingRows(
  heldOut: readonly HeldOut[],
  { truth, isByPeople }: { truth: string; isByPeople: boolean },
): { rows: CascadeRow[]; seesTeacher: boolean } {
  const both = heldOut.filter(({ human, teacher }) => human !== null && teacher !== null);
  const known = both.filter(({ human }) => human === 'positive').length;
  const seesTeacher = truth === 'human' && !isByPeople && known >= FEWEST_TO_KNOW_TEACHER;
  const rows = (seesTeacher ? both : heldOut).flatMap(({ score, teacher, human }) => {
    const said = isByPeople ? (human ?? teacher) : (teacher ?? human);
    const right = seesTeacher ? human : said;
    return said === null || right === null
      ? []
      : [{ score, teacher: said, truth: right, usd: null }];
  });
  return { rows, seesTeacher };
}
