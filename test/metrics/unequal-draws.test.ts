import { describe, expect, it } from 'vitest';
import { postStratified } from '../../src/metrics/post-stratified.js';
import { combineParts, expectedCounts } from '../../src/metrics/unequal-draws.js';

const options = { draws: 2_000, confidence: 0.95, seed: 1 };

describe('postStratified, where rows count as wrong', () => {
  it('counts a row as missed or as a false alarm where the opposite of the truth was said', () => {
    const found = postStratified(
      [
        { called: true, rows: 10, labelled: 10, positive: 8 },
        { called: false, rows: 80, labelled: 40, positive: 2 },
        { called: 'wrong', rows: 10, labelled: 5, positive: 2 },
      ],
      options,
    );
    // 8 found, 2 + 6 false alarms, 4 + 4 missed.
    expect(found?.precision?.value).toBeCloseTo(8 / 16, 12);
    expect(found?.recall?.value).toBeCloseTo(8 / 16, 12);
    expect(found?.f1?.value).toBeCloseTo(16 / 32, 12);
  });

  it('has no precision where no row was called toxic', () => {
    const found = postStratified([{ called: false, rows: 90, labelled: 9, positive: 1 }], options);
    expect(found?.precision).toBeUndefined();
    expect(found?.f1?.value).toBe(0);
  });
});

describe('combineParts', () => {
  const part = { stratum: 'toxic/toxic', called: true };

  it('leaves a stratum that was drawn with one probability as it is', () => {
    const parts = [{ ...part, probability: 0.1, rows: 200, labelled: 21, positive: 14 }];
    expect(combineParts(parts, 1)).toEqual([
      { called: true, rows: 200, labelled: 21, positive: 14 },
    ]);
  });

  it('weighs labels by the inverse of their probability, as so many fewer', () => {
    const parts = [
      { ...part, probability: 0.5, rows: 40, labelled: 20, positive: 10 },
      { ...part, probability: 0.02, rows: 100, labelled: 2, positive: 0 },
    ];
    const [stratum] = combineParts(parts, 1);
    // Weights of 2 and 50: 20 of 140 rows by the labels, which are worth 140^2 / (20*4 + 2*2500).
    expect(stratum?.rows).toBe(140);
    expect(stratum?.labelled).toBeCloseTo(140 ** 2 / 5_080, 12);
    expect((stratum?.positive ?? 0) / (stratum?.labelled ?? 1)).toBeCloseTo(20 / 140, 12);
  });

  it('does not count on labels of an even draw that happened to leave out the rare rows', () => {
    const parts = [
      { ...part, probability: 0.5, rows: 40, labelled: 20, positive: 10 },
      { ...part, probability: 0.02, rows: 100, labelled: 0, positive: 0 },
    ];
    expect(combineParts(parts, 1)[0]?.labelled).toBeCloseTo(140 ** 2 / (80 + 5_000), 12);
  });

  it('keeps rows apart for which no label can speak', () => {
    const parts = [
      { ...part, probability: 0.5, rows: 40, labelled: 20, positive: 10 },
      { ...part, probability: 0, rows: 100, labelled: 0, positive: 0 },
    ];
    expect(combineParts(parts, 1)).toMatchObject([
      { rows: 40, labelled: 20 },
      { rows: 100, labelled: 0 },
    ]);
  });
});

it('expectedCounts sums to what was called and what is toxic', () => {
  const counts = expectedCounts([
    { called: true, rows: 10, labelled: 10, positive: 8 },
    { called: false, rows: 80, labelled: 40, positive: 2 },
    { called: 'wrong', rows: 10, labelled: 5, positive: 2 },
  ]);
  expect(counts).toEqual({ tp: 8, fp: 2 + 6, fn: 4 + 4 });
});
