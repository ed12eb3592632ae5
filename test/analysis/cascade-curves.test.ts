import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import type { AnalysisContender } from '../../src/analysis/input.js';
import { verdictsIn } from '../../src/rows/verdicts-builder.js';
import { analysisInput, contender } from '../helpers/analysis.js';

/** Ten rows: the student is wrong about the two it is least sure of, the teacher about another. */
const HUMAN = '1111100000';
const SCORES = [0.9, 0.9, 0.8, 0.8, 0.45, 0.55, 0.2, 0.2, 0.1, 0.1];
const SAYS = '1111010000';
const TEACHER = '1111100001';

const student = (more: Parameters<typeof contender>[2] = {}) =>
  contender('small', SAYS, { scores: SCORES, prompt: 'student@1', ...more });

const cost = (costUsd: number | null) => Array.from(HUMAN, () => ({ costUsd }));

function curves(
  contenders: readonly AnalysisContender[],
  { teacher = null as number | null, truth = 'human' as 'human' | 'teacher' } = {},
) {
  const input = analysisInput({ human: HUMAN, teacher: TEACHER }, contenders, {
    truth,
    bootstrap: 20,
  });
  const rows = input.rows.map((row) => ({
    ...row,
    ...(teacher === null ? {} : { cost_usd: teacher }),
  }));
  return analyse({ ...input, rows }).cascades ?? [];
}

/** A cascade of the student that asks about the scores from 0.4 to 0.6. */
function cascade(teacher: string, costUsd: number | null): AnalysisContender {
  const made = contender('made', TEACHER.slice(0, 6) + SAYS.slice(6), { prompt: 'cascade@1' });
  return {
    ...made,
    cascade: {
      teacher,
      student: 'student@1',
      alone: { name: 'student:small', threshold: 0.5 },
      promise: null,
      calibration: { scores: SCORES, escalated: 2 },
    },
    verdicts: [...verdictsIn(made.verdicts)].map((verdict, row) => {
      const isAsked = row === 4 || row === 5;
      return (
        verdict && {
          ...verdict,
          answeredBy: isAsked ? ('teacher' as const) : ('student' as const),
          studentScore: SCORES[row],
          costUsd: costUsd === null ? null : isAsked ? costUsd : 0,
        }
      );
    }),
  };
}

describe('cascadeCurves', () => {
  it('goes from the student alone to the teacher alone, by the least sure rows first', () => {
    const [curve, ...others] = curves([student({ took: cost(0) })], { teacher: 0.001 });
    expect(others).toEqual([]);
    expect(curve).toMatchObject({ student: 'small', teacher: 'gpt-4', rows: 10 });
    const at = (share: number) => curve?.points.find((point) => point.share === share);
    expect(at(0)).toMatchObject({ precision: 0.8, recall: 0.8, f1: 0.8, usd_per_1000: 0 });
    expect(at(0.2)).toMatchObject({ precision: 1, recall: 1, f1: 1 });
    expect(at(0.2)?.usd_per_1000).toBeCloseTo(0.2, 12);
    expect(at(1)).toMatchObject({ precision: 5 / 6, recall: 1 });
    expect(at(1)?.usd_per_1000).toBeCloseTo(1, 12);
    expect(curve?.points[curve.knee]?.share).toBe(0.2);
  });

  it('asks the dearest that costs more', () => {
    const dear = contender('dear', HUMAN, { took: cost(0.03) });
    expect(curves([student({ took: cost(0) }), dear], { teacher: 0.001 })).toMatchObject([
      { student: 'small', teacher: 'dear' },
    ]);
  });

  it('asks the teacher of the file where what it costs is not known', () => {
    const [curve] = curves([student({ took: cost(0) })]);
    expect(curve).toMatchObject({ student: 'small', teacher: 'gpt-4' });
    for (const { share, usd_per_1000 } of curve?.points ?? []) {
      expect(usd_per_1000).toBe(share === 0 ? 0 : null);
    }
  });

  it('asks whom a cascade of the student asks, people among them', () => {
    const others = [cascade('people', null), contender('dear', HUMAN, { took: cost(0.03) })];
    const [curve, ...rest] = curves([student({ took: cost(0) }), ...others]);
    expect(rest).toEqual([]);
    expect(curve).toMatchObject({ student: 'small', teacher: 'people' });
    expect(curve?.points.at(-1)).toMatchObject({ share: 1, f1: 1, usd_per_1000: null });
  });

  it('has the curve of a cascade whose student is no contender', () => {
    const [curve, ...rest] = curves([cascade('gpt-4', 0.001)], { teacher: 0.001 });
    expect(rest).toEqual([]);
    expect(curve).toMatchObject({ student: 'student:small', teacher: 'gpt-4', threshold: 0.5 });
    expect(curve?.points[0]).toMatchObject({ f1: 0.8, usd_per_1000: 0 });
    expect(curve?.points.at(-1)?.usd_per_1000).toBeCloseTo(1, 12);
  });

  it('is none where nobody costs more, or the labels of the teacher are the truth', () => {
    expect(curves([student({ took: cost(0.01) })], { teacher: 0.001 })).toEqual([]);
    expect(curves([student({ took: cost(0) })], { teacher: 0.001, truth: 'teacher' })).toEqual([]);
    expect(curves([contender('no scores', SAYS, { took: cost(0) })], { teacher: 0.001 })).toEqual(
      [],
    );
  });
});
