import { describe, expect, it } from 'vitest';
import type { Estimated } from '../../src/metrics/intervals.js';
import { atPrevalence } from '../../src/metrics/prevalence.js';
import { type DrawnRows, weightedRates } from '../../src/metrics/weighted-rates.js';
import { weighted } from '../helpers/golden.js';

const options = { draws: 10_000, confidence: 0.95, seed: 1 };

/** The point is exact; the ends are those of other draws. */
function expectNear(
  found: Estimated | undefined,
  [value, low, high]: [value: number, low: number, high: number],
): void {
  const near = (high - low) * 0.04;
  expect(found?.value).toBeCloseTo(value, 10);
  expect(Math.abs((found?.interval.low ?? 0) - low)).toBeLessThan(near);
  expect(Math.abs((found?.interval.high ?? 0) - high)).toBeLessThan(near);
}

describe.each(weighted.weighted)('rows that were drawn unequally, case %#', (golden) => {
  it('have weighted rates, with the quantiles of a million draws', () => {
    const { own } = golden;
    const found = weightedRates(golden.rows, undefined, options);
    expectNear(found?.share, own.share);
    expectNear(found?.precision, own.precision);
    expectNear(found?.recall, own.recall);
    expectNear(found?.f1, own.f1);
    expectNear(found?.alarmsPer1000, own.alarms_per_1000);
  });

  it('have them at a share that is named, too', () => {
    const { own, named } = golden;
    const found = weightedRates(golden.rows, weighted.named_prevalence, options);
    expectNear(found?.share, own.share);
    expectNear(found?.precision, named.precision);
    expectNear(found?.recall, own.recall);
    expectNear(found?.f1, named.f1);
    expectNear(found?.alarmsPer1000, named.alarms_per_1000);
  });
});

describe('weightedRates', () => {
  const table = (probability: number): DrawnRows[] => [
    { cell: 'tp', probability, rows: 60 },
    { cell: 'fn', probability, rows: 20 },
    { cell: 'fp', probability, rows: 30 },
    { cell: 'tn', probability, rows: 890 },
  ];

  it('is what the rows themselves say where all weigh the same, whatever that is', () => {
    const plain = atPrevalence({ tp: 60, fn: 20, fp: 30, tn: 890 }, 0.02, options);
    for (const probability of [1, 0.03]) {
      const found = weightedRates(table(probability), 0.02, options);
      expect(found?.f1.value).toBeCloseTo(plain?.f1.value ?? 0, 12);
      expect(found?.share.value).toBeCloseTo(0.08, 12);
    }
  });

  it('does not take a class of heavy rows without a positive one for one that has none', () => {
    const light = table(1);
    const heavy: DrawnRows[] = [{ cell: 'tn', probability: 0.02, rows: 200 }];
    const found = weightedRates([...light, ...heavy], undefined, options);
    expect(found?.recall.value).toBeCloseTo(0.75, 12);
    const alone = weightedRates(light, undefined, options);
    expect(found?.recall.interval.low).toBeLessThan((alone?.recall.interval.low ?? 0) - 0.2);
  });

  it('says nothing without rows of both kinds', () => {
    const [found, missed] = table(0.5);
    expect(
      weightedRates(
        [found, missed].flatMap((each) => each ?? []),
        0.1,
        options,
      ),
    ).toBeUndefined();
    expect(weightedRates([], undefined, options)).toBeUndefined();
  });
});
