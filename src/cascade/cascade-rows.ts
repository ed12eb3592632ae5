import type { RowLabel } from '../terms.js';
import { type Band, routeOf } from './band.js';

/** What a cascade is tried on: a row that both student and teacher were asked about. */
export interface CascadeRow {
  /** The student's. */
  readonly score: number;
  /** The teacher's label; null where it gave none. */
  readonly teacher: RowLabel | null;
  readonly truth: RowLabel;
  /** What the teacher's answer cost, in dollars; null where that is unknown. */
  readonly usd: number | null;
}

/** What becomes of a row that the teacher was asked about and gave no label. */
export const TEACHER_FAILURES = ['unanswered', 'student'] as const;
export type OnTeacherFailure = (typeof TEACHER_FAILURES)[number];

export interface CascadeRules {
  /** Of the student alone. */
  readonly threshold: number;
  readonly onTeacherFailure: OnTeacherFailure;
}

/** What a cascade does with rows. */
export interface CascadeCounts {
  readonly rows: number;
  /** Rows that go to the teacher. */
  readonly escalated: number;
  /** Rows of them that stay without a label. */
  readonly unanswered: number;
  /** Truly positive rows, those without a label among them. */
  readonly positive: number;
  /** Rows that are called positive. */
  readonly called: number;
  /** Rows of them that are positive. */
  readonly hits: number;
  /** Dollars for the rows that go to the teacher; null where that of one is unknown. */
  readonly usd: number | null;
}

/** Counts what the cascade of a band makes of rows. */
export function countCascade(
  rows: readonly CascadeRow[],
  band: Band,
  rules: CascadeRules,
): CascadeCounts {
  const counts = {
    rows: rows.length,
    escalated: 0,
    unanswered: 0,
    positive: 0,
    called: 0,
    hits: 0,
  };
  let usd: number | null = 0;
  for (const row of rows) {
    if (row.truth === 'positive') counts.positive += 1;
    if (routeOf(row.score, band) === 'teacher') {
      counts.escalated += 1;
      usd = usd === null || row.usd === null ? null : usd + row.usd;
    }
    const label = labelOf(row, band, rules);
    if (label === null) counts.unanswered += 1;
    if (label !== 'positive') continue;
    counts.called += 1;
    if (row.truth === 'positive') counts.hits += 1;
  }
  return { ...counts, usd };
}

/** The label that a cascade gives a row; null where its teacher gave none. */
export function labelOf(
  { score, teacher }: Pick<CascadeRow, 'score' | 'teacher'>,
  band: Band,
  { threshold, onTeacherFailure }: CascadeRules,
): RowLabel | null {
  const route = routeOf(score, band);
  if (route !== 'teacher') return route;
  if (teacher !== null || onTeacherFailure === 'unanswered') return teacher;
  return score >= threshold ? 'positive' : 'negative';
}

export const recallOf = ({ hits, positive }: CascadeCounts) =>
  positive === 0 ? null : hits / positive;

export const precisionOf = ({ hits, called }: CascadeCounts) =>
  called === 0 ? null : hits / called;

/** Of the positive class; a row without a label is none that was found. */
export const f1Of = ({ hits, called, positive }: CascadeCounts) =>
  called + positive === 0 ? null : (2 * hits) / (called + positive);
