import { describe, expect, it } from 'vitest';
import { type CascadeRow, countCascade } from '../../src/cascade/cascade-rows.js';
import { orderBands } from '../../src/cascade/order.js';
import { drawBelow, seededRandom } from '../../src/metrics/sampling.js';

const RULES = { threshold: 0.5, onTeacherFailure: 'unanswered' } as const;
const random = seededRandom(4);
const uniform = () => drawBelow(random, 2 ** 20) / 2 ** 20;

const label = (positive: boolean) => (positive ? 'positive' : 'negative');

/** A student whose scores are the probabilities, and a teacher that is right so often. */
function rowsOf(teacherIsRight: number): CascadeRow[] {
  return Array.from({ length: 2000 }, () => {
    const score = uniform() ** 3;
    const isPositive = uniform() < score;
    const says = uniform() < teacherIsRight ? isPositive : !isPositive;
    return { score, teacher: label(says), truth: label(isPositive), usd: null };
  });
}

const shareOf = (rows: CascadeRow[], band: ReturnType<typeof orderBands>[number]) =>
  countCascade(rows, band, RULES).escalated / rows.length;

describe('the order in which bands are tested', () => {
  const rows = rowsOf(0.95);
  const aim = { recall: 0.8, precision: 0.7 };

  it('goes from the best to ever cheaper ones, down to the student alone', () => {
    const shares = orderBands(rows, { aim, rules: RULES, seesTeacher: true }).map((band) =>
      shareOf(rows, band),
    );
    expect(shares.length).toBeGreaterThan(5);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
    expect(shares.at(-1)).toBe(0);
  });

  it('never begins with the teacher alone, and with little where its errors are not seen', () => {
    const widest = (seesTeacher: boolean) =>
      shareOf(rows, orderBands(rows, { aim, rules: RULES, seesTeacher })[0] ?? { low: 0, high: 0 });
    expect(widest(true)).toBeLessThanOrEqual(0.51);
    expect(widest(false)).toBeLessThanOrEqual(0.31);
  });

  it('begins further down where the teacher is worse than the student', () => {
    const bad = rowsOf(0.2);
    const settings = { aim: { recall: 0.3 }, rules: RULES, seesTeacher: true };
    const [first = { low: 0, high: 2 }] = orderBands(bad, settings);
    expect(shareOf(bad, first)).toBeLessThan(0.05);
  });
});
