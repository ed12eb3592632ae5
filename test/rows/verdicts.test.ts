import { describe, expect, it } from 'vitest';
import { VerdictsBuilder, verdictsIn } from '../../src/rows/verdicts-builder.js';
import type { Verdict } from '../../src/verdict.js';

const took = { raw: '', usage: null, costUsd: null, latencyMs: null };

const ALL: readonly (Verdict | undefined)[] = [
  { outcome: 'answered', label: 'positive', score: 0.75, ...took, costUsd: 0, latencyMs: 12.5 },
  undefined,
  { outcome: 'answered', label: 'negative', ...took, answeredBy: 'student', studentScore: 0 },
  {
    outcome: 'refused',
    ...took,
    usage: { prompt_tokens: 7, completion_tokens: 0, cached_tokens: 0 },
  },
  { outcome: 'failed', error: '', retryable: true, ...took },
  { outcome: 'failed', error: '', retryable: false, ...took, answeredBy: 'teacher' },
];

describe('verdicts in columns', () => {
  const verdicts = verdictsIn(ALL);

  it('are what they were', () => {
    expect([...verdicts]).toEqual(ALL);
    expect([...verdicts.pick([4, 0, 1])]).toEqual([ALL[4], ALL[0], undefined]);
    expect(verdicts.at(6)).toBeUndefined();
  });

  it('tell which rows were asked and answered', () => {
    expect([...verdicts.labels]).toEqual([1, -1, 0, -1, -1, -1]);
    expect(ALL.map((_, row) => verdicts.isUnanswered(row))).toEqual([
      ...[false, false, false],
      ...[true, true, true],
    ]);
    expect([verdicts.asked, verdicts.retryable, verdicts.isCascade]).toEqual([5, 1, true]);
  });

  it('have no column where no row has a value', () => {
    const answer: Verdict = { outcome: 'answered', label: 'positive', ...took };
    const plain = verdictsIn([undefined, answer]);
    const { scores, costs, latencies, studentScores, isCascade } = plain;
    expect([scores, costs, latencies, studentScores]).toEqual(new Array(4).fill(undefined));
    expect(isCascade).toBe(false);
  });

  it('are scored where each answer has a score', () => {
    expect(verdicts.isScored).toBe(false);
    expect(verdicts.pick([0, 1, 3]).isScored).toBe(true);
  });

  it('keep nothing of an earlier verdict of a row', () => {
    const builder = new VerdictsBuilder();
    for (const verdict of ALL) if (verdict) builder.put(1, verdict);
    builder.put(1, { outcome: 'filtered', ...took });
    expect([...builder.build(2)]).toEqual([undefined, { outcome: 'filtered', ...took }]);
  });
});
