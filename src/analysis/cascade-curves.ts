import type { CascadeRow } from '../cascade/cascade-rows.js';
import { type CurvePoint, cascadeCurve, kneeOf } from '../cascade/curve.js';
import { PEOPLE } from '../models/human.js';
import { rowsWhere } from '../rows/column.js';
import { type Labels, labelAt, NO_LABEL, nameOf, POSITIVE } from '../rows/labels.js';
import { isAnswer, type Verdicts } from '../rows/verdicts.js';
import type { AnalysisInput, InColumns, Judged } from './input.js';
import type { CascadeCurve } from './report/comparisons.js';
import type { ModelResult } from './report/model.js';
import { isLabel } from './row-codes.js';

/** Finer than on a screen: a report draws a line of them. */
const SHARES = [...Array.from({ length: 41 }, (_, i) => i / 100), 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Who might be asked where another is not sure. */
interface Teacher {
  readonly name: string;
  readonly id: string | null;
  /** By row: what it said, or undefined where it was not asked. */
  readonly answerOf: (row: number) => Answer | undefined;
  /** Dollars; null where unknown. */
  readonly perThousand: number | null;
}
type Answer = Pick<CascadeRow, 'teacher' | 'usd'>;

/** Who answers what it is sure of. */
interface Student {
  readonly name: string;
  readonly threshold: number;
  /** By row; undefined where there is none. */
  readonly scoreOf: (row: number) => number | undefined;
  readonly perThousand: number | null;
  /** Whom it asks where a cascade was made of it. */
  readonly asks: string | undefined;
}

/**
 * What a cascade of each contender with scores and another model would come to, from the answers that
 * are there. Nothing but the share is varied, so that no row is learned from. The other is whom a
 * contender that is a cascade of the same student asks, or the dearest that costs more, or, where that
 * cannot be told, the teacher of the file.
 *
 * @param models - the results of all models, for their costs
 */
export function cascadeCurves(
  input: InColumns,
  models: readonly ModelResult[],
  truth: Labels,
): CascadeCurve[] {
  const costs = new Map(models.map(({ name, cost }) => [name, cost.per_1000_rows]));
  const teachers = teachersOf(input, costs);
  return [...scoring(input.contenders, costs), ...behindCascades(input.contenders)].flatMap(
    (student) => {
      const teacher = teacherFor(student, teachers, input);
      const curve = teacher && curveOf(student, teacher, truth, input.settings);
      return curve && curve.rows > 0 ? [curve] : [];
    },
  );
}

type Costs = ReadonlyMap<string, number | null>;

/** The teacher of the file first, where people say what is true; people last. */
function teachersOf({ rows, teacher, contenders, settings }: InColumns, costs: Costs) {
  if (settings.truth !== 'human') return contendersAsTeachers(contenders, costs);
  const ofFile = teacher ? [asTeacher({ ...teacher, verdicts: rows.verdicts }, costs)] : [];
  const people: Teacher = {
    name: PEOPLE,
    id: null,
    answerOf: (row) => {
      const teacher = labelAt(rows.human, row);
      return teacher ? { teacher, usd: null } : undefined;
    },
    perThousand: null,
  };
  return [...ofFile, ...contendersAsTeachers(contenders, costs), people];
}

const contendersAsTeachers = (contenders: readonly Judged[], costs: Costs) =>
  contenders
    .filter(({ verdicts }) => !verdicts.isCascade)
    .map((contender) => asTeacher(contender, costs));

const asTeacher = (
  { name, id, verdicts }: { name: string; id: string | null; verdicts: Verdicts },
  costs: Costs,
): Teacher => ({
  name,
  id,
  answerOf: (row) => {
    const said = verdicts.saidOf(row);
    if (said === 'not asked') return undefined;
    return { teacher: isLabel(said) ? said : null, usd: verdicts.costOf(row) };
  },
  perThousand: costs.get(name) ?? null,
});

/** The contenders that go by a score. */
const scoring = (contenders: readonly Judged[], costs: Costs): Student[] =>
  contenders.flatMap((contender) => {
    const { name, prompt, verdicts } = contender;
    const threshold = thresholdOf(contender);
    if (threshold === undefined) return [];
    const made = contenders.find(({ cascade }) => cascade && cascade.student === prompt);
    const scoreOf = (row: number) => verdicts.scoreOf(row);
    const perThousand = costs.get(name) ?? null;
    return [{ name, threshold, scoreOf, perThousand, asks: made?.cascade?.teacher }];
  });

/** The students of cascades that are no contenders themselves, each once. */
function behindCascades(contenders: readonly Judged[]): Student[] {
  const known = new Set(contenders.map(({ prompt }) => prompt));
  return contenders.flatMap(({ cascade, verdicts }) => {
    if (!cascade || known.has(cascade.student)) return [];
    known.add(cascade.student);
    const byStudent = rowsWhere(verdicts.length, (row) => verdicts.answeredBy(row) === 'student');
    const own = Array.from(byStudent, (row) => verdicts.costOf(row));
    return [
      {
        ...cascade.alone,
        scoreOf: (row) => verdicts.studentScoreOf(row),
        perThousand: perThousandOf(own),
        asks: cascade.teacher,
      },
    ];
  });
}

function perThousandOf(costs: readonly (number | null)[]): number | null {
  const known = costs.filter((usd) => usd !== null);
  if (known.length === 0 || known.length < costs.length) return null;
  return (1000 * known.reduce((sum, usd) => sum + usd, 0)) / known.length;
}

function teacherFor(
  { name, perThousand: own, asks }: Student,
  teachers: readonly Teacher[],
  { teacher: ofFile }: InColumns,
): Teacher | undefined {
  const others = teachers.filter((teacher) => teacher.name !== name);
  const asked = others.find(
    (teacher) => asks !== undefined && [teacher.name, teacher.id].includes(asks),
  );
  if (asked) return asked;
  const [dearest] = others
    .filter(({ perThousand }) => own !== null && perThousand !== null && perThousand > own)
    .toSorted((a, b) => (b.perThousand ?? 0) - (a.perThousand ?? 0));
  if (dearest) return dearest;
  return others.find(
    (teacher) => teacher.name === ofFile?.name && (own === null || teacher.perThousand === null),
  );
}

function curveOf(
  { name, threshold, scoreOf, perThousand }: Student,
  teacher: Teacher,
  truth: Labels,
  { confidence }: AnalysisInput['settings'],
): CascadeCurve {
  const rows: CascadeRow[] = [];
  truth.forEach((label, row) => {
    const score = scoreOf(row);
    const answer = teacher.answerOf(row);
    if (label === NO_LABEL || !answer || score === undefined) return;
    rows.push({ score, ...answer, truth: nameOf(label) });
  });
  const points = cascadeCurve(
    rows,
    { threshold, onTeacherFailure: 'unanswered' },
    {
      shares: SHARES,
      confidence,
      usdOfStudent: perThousand === null ? null : perThousand / 1000,
    },
  );
  return {
    student: name,
    teacher: teacher.name,
    threshold,
    rows: rows.length,
    points: points.map(toPoint),
    knee: points.indexOf(kneeOf(points) as CurvePoint),
  };
}

const toPoint = ({ share, precision, recall, f1, interval, usdPer1000 }: CurvePoint) => ({
  share,
  precision,
  recall,
  f1,
  low: interval?.low ?? null,
  high: interval?.high ?? null,
  usd_per_1000: usdPer1000,
});

/**
 * The score from which a contender says positive: as it was set, or halfway between the highest that
 * it called negative and the lowest that it called positive. Undefined where it does not go by a score.
 */
function thresholdOf({ threshold, verdicts }: Judged): number | undefined {
  let [negative, positive] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [row, state] of verdicts.states.entries()) {
    if (!isAnswer(state)) continue;
    const score = verdicts.scoreOf(row);
    if (score === undefined) return undefined;
    if (state === POSITIVE) positive = Math.min(positive, score);
    else negative = Math.max(negative, score);
  }
  if (threshold) return threshold.value;
  const isOrdered = Number.isFinite(negative) && Number.isFinite(positive) && negative < positive;
  return isOrdered ? (negative + positive) / 2 : undefined;
}
