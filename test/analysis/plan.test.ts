import { describe, expect, it } from 'vitest';
import { assumedRates, expectedCells } from '../../src/analysis/expected-cells.js';
import { type PlanInput, plan } from '../../src/analysis/plan.js';
import { f1Difference, f1DifferenceBound } from '../../src/metrics/f1-difference.js';
import { drawMultinomial, seededRandom } from '../../src/metrics/sampling.js';
import { labelsOf } from '../../src/rows/labels.js';
import { TOXICITY_LABELS } from '../../src/terms.js';
import { labels, verdicts } from '../helpers/analysis.js';

/** So many positive rows, and others. */
const rowsOf = (positive: number, others: number) => '1'.repeat(positive) + '0'.repeat(others);

const model = (name: string, codes: string | null) => ({
  name,
  verdicts: codes === null ? null : verdicts(codes),
});

function planned(truth: string, more: Partial<PlanInput> = {}) {
  return plan({
    names: TOXICITY_LABELS,
    truth: labelsOf(labels(truth)),
    teacher: null,
    contenders: [model('a', null)],
    policy: 'exclude',
    confidence: 0.95,
    margin: 0.02,
    runsPerRow: 1,
    assumedF1: 0.7,
    ...more,
  });
}

describe('a plan from assumed rates', () => {
  const found = planned(rowsOf(70, 930));

  it('is that of 49 hits, 21 missed rows and 21 false alarms of 1,000 rows, 70 toxic', () => {
    expect(found).toMatchObject({
      rows: 1000,
      positive: 70,
      assumedF1: 0.7,
      assumedCorrelation: 0.5,
    });
    // Wilson's interval of 49/91, s, mapped by 2s / (1 + s).
    expect(found.models[0]?.f1).toBeCloseTo(0.7, 12);
    expect(found.models[0]?.low).toBeCloseTo(0.6078, 4);
    expect(found.models[0]?.high).toBeCloseTo(0.7784, 4);
  });

  it('has the standard error that one finds by hand', () => {
    // Of 70 positive rows .3 * .7 * .5 are found by one alone: 7.35 each way; of the others 10.263, as
    // 21/930 * 909/930 * .5 * 930. Half a row more in each of the four makes F1 99/142. A positive row
    // that only one finds moves the difference by (2 - F1)/142, another by F1/142.
    const f1 = 99 / 142;
    const variance = 2 * 7.85 * ((2 - f1) / 142) ** 2 + 2 * 10.763 * (f1 / 142) ** 2;
    const [pair] = found.pairs;
    expect(pair?.standardError).toBeCloseTo(Math.sqrt(variance), 6);
    expect(pair?.standardError).toBeCloseTo(0.0429, 4);
    expect(pair?.detectable).toBeCloseTo(2.8016 * 0.0429, 3);
    const rows = 1000 * ((2.4865 * Math.sqrt(variance)) / 0.02) ** 2;
    expect(Math.abs((pair?.rowsForMargin ?? 0) / rows - 1)).toBeLessThan(0.001);
    expect(pair?.positiveForMargin).toBe(Math.ceil((pair?.rowsForMargin ?? 0) * 0.07));
  });

  it('halves the standard error with four times the rows', () => {
    const larger = planned(rowsOf(280, 3720)).pairs[0]?.standardError ?? 0;
    expect(larger / (found.pairs[0]?.standardError ?? 0)).toBeCloseTo(0.5, 1);
  });

  it('counts rows with a truth alone, and assumes no more false alarms than a coin', () => {
    expect(planned(`${rowsOf(70, 930)}???`)).toEqual(found);
    const rates = assumedRates(0.7, { positive: 90, negative: 10 });
    expect(rates.missed).toBeCloseTo(0.3, 12);
    expect(rates.falseAlarms).toBe(0.5);
  });
});

describe('expected cells', () => {
  it('have the rates and the correlation that they were made of', () => {
    const [a, b] = [
      { missed: 0.3, falseAlarms: 0.02 },
      { missed: 0.2, falseAlarms: 0.05 },
    ];
    const [neither, onlyB, onlyA, both, missed, foundByB, foundByA, found] = expectedCells(
      a,
      b,
      0.5,
      { positive: 100, negative: 900 },
    ) as [number, number, number, number, number, number, number, number];
    expect(found + foundByA).toBeCloseTo(70, 10);
    expect(found + foundByB).toBeCloseTo(80, 10);
    expect(onlyA + both).toBeCloseTo(18, 10);
    expect(onlyB + both).toBeCloseTo(45, 10);
    expect(neither + onlyA + onlyB + both).toBeCloseTo(900, 10);
    const covariance = missed / 100 - 0.3 * 0.2;
    expect(covariance / Math.sqrt(0.3 * 0.7 * 0.2 * 0.8)).toBeCloseTo(0.5, 10);
  });

  it('correlate as much as the rates allow', () => {
    const cells = expectedCells(
      { missed: 0.5, falseAlarms: 0 },
      { missed: 0.01, falseAlarms: 0 },
      0.9,
      { positive: 100, negative: 100 },
    );
    expect(Math.min(...cells)).toBeGreaterThanOrEqual(0);
    expect(cells[4]).toBeCloseTo(1, 10);
  });
});

describe.each([
  { positive: 140, negative: 1860, f1: 0.7 },
  { positive: 150, negative: 350, f1: 0.85 },
])('the standard error at $toxic toxic rows and an F1 of $f1', ({ positive, negative, f1 }) => {
  const size = { positive, negative };
  const [pair] = planned(rowsOf(positive, negative), { assumedF1: f1 }).pairs;

  /** Runs of two models with these F1, drawn from what is expected. */
  function simulate(runs: number, other: number) {
    const random = seededRandom(7);
    const expected = expectedCells(assumedRates(f1, size), assumedRates(other, size), 0.5, size);
    const cells: number[] = [];
    return Array.from({ length: runs }, () => {
      drawMultinomial(random, positive + negative, [...expected], cells);
      return f1Difference(cells, 0.95);
    });
  }

  it('is that of simulated runs, to 10%', () => {
    const drawn = simulate(3000, f1).map(({ value }) => value);
    const mean = drawn.reduce((sum, value) => sum + value, 0) / drawn.length;
    const variance = drawn.reduce((sum, value) => sum + (value - mean) ** 2, 0) / drawn.length;
    expect(Math.abs((pair?.standardError ?? 0) / Math.sqrt(variance) - 1)).toBeLessThan(0.1);
  });

  it('leads to a difference that simulated runs find about 80 times in 100', () => {
    const runs = simulate(1000, f1 - (pair?.detectable ?? 0));
    const power = runs.filter(({ interval }) => interval.low > 0).length / runs.length;
    expect(power).toBeGreaterThan(0.7);
    expect(power).toBeLessThan(0.9);
  });
});

it('the rows for a gate let a model that is just as good pass about 80 times in 100', () => {
  const size = { positive: 70, negative: 930 };
  const [pair] = planned(rowsOf(70, 930), { margin: 0.05 }).pairs;
  const rates = assumedRates(0.7, size);
  const expected = [...expectedCells(rates, rates, 0.5, size)];
  const random = seededRandom(5);
  const cells: number[] = [];
  const passed = Array.from({ length: 1000 }, () => {
    drawMultinomial(random, pair?.rowsForMargin ?? 0, expected, cells);
    return f1DifferenceBound(cells, 0.95) > -0.05;
  }).filter(Boolean).length;
  expect(passed / 1000).toBeGreaterThan(0.75);
  expect(passed / 1000).toBeLessThan(0.85);
});

describe('a plan from a pilot', () => {
  const truth = rowsOf(10, 30);
  const a = `${'1'.repeat(7)}000${'1'.repeat(2)}${'0'.repeat(28)}`;
  const b = `${'0'.repeat(2)}${'1'.repeat(8)}${'0'.repeat(27)}111`;

  it('over all rows has the standard error of the run itself', () => {
    const found = planned(truth, { contenders: [model('a', a), model('b', b)] });
    expect(found).toMatchObject({ assumedF1: null, assumedCorrelation: null });
    expect(found.models.map(({ f1, pilot }) => [f1, pilot])).toEqual([
      [14 / 19, 40],
      [16 / 21, 40],
    ]);
    // 5 rows of 10 positive are found by both, 2 by a alone, 3 by b alone; alarms 2 and 3 are apart.
    const { standardError } = f1Difference([25, 3, 2, 0, 0, 3, 2, 5], 0.95);
    expect(found.pairs).toHaveLength(1);
    expect(found.pairs[0]?.pilot).toBe(40);
    expect(found.pairs[0]?.standardError).toBeCloseTo(standardError, 12);
  });

  it('on some rows is scaled to those of the file, class by class', () => {
    // The pilot has half of the positive rows and a tenth of the others.
    const small = `${a.slice(0, 10)}${'-'.repeat(10)}${a.slice(10)}${'-'.repeat(270)}`;
    const found = planned(rowsOf(20, 300), { contenders: [model('a', small)] });
    expect(found.models[0]?.pilot).toBe(40);
    expect(found.models[0]?.f1).toBeCloseTo((2 * 14) / (2 * 14 + 6 + 20), 12);
  });

  it('with no difference is no proof that there will be none', () => {
    const large = rowsOf(100, 900);
    const pilot = `${'1'.repeat(5)}${'-'.repeat(95)}${'0'.repeat(45)}${'-'.repeat(855)}`;
    const two = [model('a', pilot), model('b', pilot)];
    const se = (truthOf: string, contenders: PlanInput['contenders']) =>
      planned(truthOf, { contenders }).pairs[0]?.standardError ?? 0;
    const whole = [model('a', large), model('b', large)];
    expect(se(large, two)).toBeGreaterThan(3 * se(large, whole));
  });

  it('that refused rows expects refusals, and counts them under the policy', () => {
    const refusing = `rr${a.slice(2)}`;
    const contenders = [model('a', refusing)];
    const f1Of = (policy: PlanInput['policy']) =>
      planned(truth, { contenders, policy }).models[0]?.f1;
    expect(f1Of('exclude')).toBeCloseTo(10 / 15, 12);
    expect(f1Of('wrong')).toBeCloseTo(10 / 17, 12);
  });

  it('is set beside the teacher, and beside an assumed model', () => {
    const found = planned(truth, {
      teacher: model('gpt-4', b),
      contenders: [model('a', a), model('c', null)],
    });
    expect(found.pairs.map(({ a, b, pilot }) => [a, b, pilot])).toEqual([
      ['a', 'gpt-4', 40],
      ['c', 'gpt-4', null],
      ['a', 'c', null],
    ]);
    expect(found.assumedF1).toBe(0.7);
  });

  it('of one class alone is none', () => {
    const found = planned(truth, { contenders: [model('a', `1${'-'.repeat(39)}`)] });
    expect(found.models[0]).toMatchObject({ pilot: null });
  });
});

describe('plan', () => {
  it.each([
    ['a file without a toxic row', '000', {}, 'no row of the file is toxic'],
    ['a margin of 0', '01', { margin: 0 }, '`margin` is 0'],
    ['an F1 of 1', '01', { assumedF1: 1 }, '`assumedF1` is 1'],
  ])('refuses %s', (_, truth, more, message) => {
    expect(() => planned(truth, more)).toThrow(message);
  });
});
