import { describe, expect, it } from 'vitest';
import { driftOf } from '../../src/cascade/drift.js';

/** Scores from 0 to 1 in even steps, to a power that moves them down. */
const scores = (count: number, power = 1) =>
  Array.from({ length: count }, (_, i) => ((i + 0.5) / count) ** power);

describe('drift', () => {
  const calibration = { scores: scores(400), escalated: 60 };

  it('is not seen in rows of the same kind', () => {
    const same = driftOf(calibration, { scores: scores(250), escalated: 38 });
    expect(same).toMatchObject({ calibrated: 0.15, share: 0.152, differs: false });
  });

  it('is seen in another share of rows that go to the teacher', () => {
    const asked = driftOf(calibration, { scores: scores(250), escalated: 80 });
    expect(asked?.differs).toBe(true);
    expect(asked?.shareP).toBeLessThan(0.005);
    expect(asked?.scoresP).toBeGreaterThan(0.9);
  });

  it('is seen in other scores, where the share is the same', () => {
    const moved = driftOf(calibration, { scores: scores(250, 1.6), escalated: 38 });
    expect(moved?.differs).toBe(true);
    expect(moved?.shareP).toBeGreaterThan(0.5);
    expect(moved?.scoresP).toBeLessThan(0.005);
  });

  it('is not told of a handful of rows', () => {
    expect(driftOf(calibration, { scores: scores(29), escalated: 29 })).toBeNull();
    expect(driftOf({ scores: scores(29), escalated: 0 }, calibration)).toBeNull();
  });
});
