import { describe, expect, it } from 'vitest';
import { postStratified } from '../../src/metrics/post-stratified.js';
import { differences } from '../helpers/golden.js';

const options = { draws: 20_000, confidence: 0.95, seed: 1 };

describe.each(differences.post_stratified)('strata %#', ({ strata, ...golden }) => {
  const found = postStratified(strata, options);
  it.each(['precision', 'recall', 'f1'] as const)(
    '%s has the quantiles of a million draws',
    (name) => {
      const [low, high] = golden[name];
      const near = (high - low) * 0.04;
      expect(Math.abs((found?.[name]?.interval.low ?? 0) - low)).toBeLessThan(near);
      expect(Math.abs((found?.[name]?.interval.high ?? 0) - high)).toBeLessThan(near);
    },
  );
});

describe('postStratified', () => {
  it('is the figure of the rows where every row has a label', () => {
    const found = postStratified(
      [
        { called: true, rows: 10, labelled: 10, positive: 7 },
        { called: false, rows: 90, labelled: 90, positive: 5 },
      ],
      options,
    );
    expect(found?.precision?.value).toBeCloseTo(0.7, 12);
    expect(found?.recall?.value).toBeCloseTo(7 / 12, 12);
    expect(found?.f1?.value).toBeCloseTo(14 / 22, 12);
  });

  it('weighs a stratum by its rows, not by its labels', () => {
    const found = postStratified(
      [
        { called: true, rows: 100, labelled: 10, positive: 8 },
        { called: false, rows: 900, labelled: 30, positive: 1 },
      ],
      options,
    );
    expect(found?.recall?.value).toBeCloseTo(80 / (80 + 30), 12);
  });

  it('claims nothing without a label', () => {
    expect(
      postStratified([{ called: true, rows: 5, labelled: 0, positive: 0 }], options),
    ).toBeUndefined();
  });
});
