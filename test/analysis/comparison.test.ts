import { describe, expect, it } from 'vitest';
import { comparePairs, onCommonRows, pairUp } from '../../src/analysis/comparison.js';
import { labelsOf } from '../../src/rows/labels.js';
import { labels } from '../helpers/analysis.js';

/** Each row stands alone. */
const alone = Uint32Array.from({ length: 100 }, (_, row) => row);
const options = { resamples: 300, confidence: 0.95, seed: 1, margin: 0.1, clusterOf: alone };
const model = (name: string, codes: string) => ({
  name,
  runs: [labelsOf(labels(codes))],
});
/** A model that was asked more than once. */
const again = (name: string, ...codes: string[]) => ({
  name,
  runs: codes.map((each) => labelsOf(labels(each))),
});
const truth = labelsOf(labels('11110000?'));
const a = model('a', '1110000r1');
const b = model('b', '100110001');

describe('onCommonRows', () => {
  it('counts every model on the rows with a truth that all answered', () => {
    const common = onCommonRows(
      truth,
      [a, b],
      Uint32Array.from(truth, (_, row) => row),
      0.95,
    );
    expect(common.n).toBe(7);
    expect(common.models.map(({ name, recall }) => [name, recall.value])).toEqual([
      ['a', 0.75],
      ['b', 0.5],
    ]);
    expect(common.models[0]?.accuracy).toMatchObject({ value: 6 / 7, n: 7 });
  });
});

describe('comparePairs', () => {
  const long = labelsOf(labels('1'.repeat(40) + '0'.repeat(40)));
  const good = model('good', '1'.repeat(40) + '0'.repeat(40));
  const twin = model('twin', '1'.repeat(39) + '0'.repeat(41));
  const bad = model('bad', '0'.repeat(30) + '1'.repeat(10) + '0'.repeat(40));

  it('counts who alone is right, and the difference of the F1', () => {
    const [pair] = comparePairs(truth, [[a, b]], options);
    // Only a is right in rows 1, 2 and 4; only b in row 3.
    expect(pair).toMatchObject({ a: 'a', b: 'b', n: 7, positive: 4 });
    expect(pair?.mcnemar).toMatchObject({ only_a_right: 3, only_b_right: 1 });
    // min(1, 2 (1 + 4) / 16)
    expect(pair?.mcnemar.p).toBeCloseTo(0.625, 12);
    expect(pair?.f1_difference.value).toBeCloseTo(6 / 7 - 4 / 7, 14);
  });

  it('has a word for each finding, and corrects for the number of pairs', () => {
    const pairs = comparePairs(long, pairUp([good, twin, bad], null), options);
    expect(pairs.map((pair) => [pair.a, pair.b, pair.finding])).toEqual([
      ['good', 'twin', 'equivalent'],
      ['good', 'bad', 'different'],
      ['twin', 'bad', 'different'],
    ]);
    // All swaps of 30 rows: as far apart only where all go one way.
    expect(pairs[1]?.f1_difference.p).toBeCloseTo(2 ** -29, 16);
    expect(pairs[1]?.f1_difference.p_holm).toBeCloseTo(3 * 2 ** -29, 16);
  });

  it('reassures nobody: what is not told apart is not equivalent', () => {
    const poorer = model('poorer', `1${'0'.repeat(3)}${'1'.repeat(36)}${'0'.repeat(40)}`);
    const [pair] = comparePairs(long, [[poorer, good]], { ...options, margin: 0.02 });
    expect(pair?.finding).toBe('not told apart');
    expect(pair?.f1_difference.low).toBeLessThan(-0.05);
    expect(pair?.evidence?.detectable).toBeGreaterThan(0.04);
    expect(pair?.evidence?.rows_for_margin).toBeGreaterThan(80);
  });

  it('takes rows that repeat for as many as they are worth', () => {
    const poorer = model('poorer', `1${'0'.repeat(9)}${'1'.repeat(30)}${'0'.repeat(40)}`);
    const [single] = comparePairs(long, [[poorer, good]], options);
    // Rows 0 to 9 are one text.
    const clusterOf = alone.map((row) => (row < 10 ? 0 : row));
    const [repeated] = comparePairs(long, [[poorer, good]], { ...options, clusterOf });
    expect(single?.finding).toBe('different');
    expect(repeated?.finding).not.toBe('different');
    expect(repeated?.f1_difference.value).toBeCloseTo(single?.f1_difference.value ?? 0, 12);
    expect(repeated?.f1_difference.p).toBeGreaterThan(single?.f1_difference.p ?? 1);
  });

  it('compares the means of models that were asked more than once', () => {
    // Of 40 toxic rows, 4 are found in two of three runs, others than those of the other model.
    const found = (...missed: number[]) =>
      Array.from({ length: 80 }, (_, row) => (row < 40 && !missed.includes(row) ? '1' : '0')).join(
        '',
      );
    const x = again('x', found(0, 1, 2, 3), found(), found());
    const y = again('y', found(), found(4, 5), found(6, 7));
    const [pair] = comparePairs(long, [[x, y]], options);
    expect(pair?.f1_difference.value).toBeCloseTo(0, 12);
    expect(pair?.f1_difference.p).toBe(1);
    const [first] = comparePairs(
      long,
      [[model('x', found(0, 1, 2, 3)), model('y', found())]],
      options,
    );
    expect(first?.f1_difference.value).toBeLessThan(-0.05);
    expect(pair?.mcnemar).toEqual(first?.mcnemar);
    const width = ({ f1_difference: { low, high } }: NonNullable<typeof pair>) =>
      (high ?? 1) - (low ?? 0);
    // Whole rows that changed would make it wider than thirds of them do.
    const [whole] = comparePairs(
      long,
      [[model('x', found(0, 1, 2, 3)), model('y', found(4, 5, 6, 7))]],
      options,
    );
    expect(pair && width(pair)).toBeLessThan(0.8 * (whole ? width(whole) : 0));
  });

  it('compares the rows that every run answered', () => {
    const refusing = again('x', '1110000r1', 'r11000001');
    const [pair] = comparePairs(truth, [[refusing, b]], options);
    expect(pair).toMatchObject({ n: 6, positive: 3 });
    expect(onCommonRows(truth, [refusing, b], alone, 0.95).n).toBe(6);
  });

  it('takes the same answers in each run for no more than one', () => {
    const same = again('a', '1110000r1', '1110000r1', '1110000r1');
    expect(comparePairs(truth, [[same, b]], options)).toEqual(
      comparePairs(truth, [[a, b]], options),
    );
  });

  it('compares the scores of models that give them', () => {
    const scored = { ...good, scores: Float64Array.from(long, (label, row) => label + row / 100) };
    const random = { ...bad, scores: Float64Array.from(long, (_, row) => (row * 37) % 80) };
    const [pair] = comparePairs(long, [[scored, random]], options);
    expect(pair?.auprc_difference?.low).toBeGreaterThan(0.2);
    expect(pair?.auprc_difference?.n).toBe(80);
    expect(comparePairs(long, [[good, random]], options)[0]?.auprc_difference).toBeNull();
  });

  it('compares nothing by few rows, few toxic ones, or none', () => {
    expect(comparePairs(truth, [[a, b]], options)[0]?.finding).toBe('not comparable');
    const [none] = comparePairs(truth, [[a, model('c', '-'.repeat(9))]], options);
    expect(none).toMatchObject({
      n: 0,
      finding: 'not comparable',
      evidence: null,
      f1_difference: { value: null, low: null, p: 1 },
    });
    // Twenty rows, one of them positive, and one model finds it.
    const rare = labelsOf(labels(`1${'0'.repeat(19)}`));
    const finds = model('finds', `1${'0'.repeat(19)}`);
    const misses = model('misses', '0'.repeat(20));
    expect(comparePairs(rare, [[finds, misses]], options)[0]?.finding).toBe('not comparable');
  });
});

describe('pairUp', () => {
  it('pairs contenders with each other, then each with the teacher', () => {
    const teacher = model('t', '1');
    const names = pairUp([a, b], teacher).map(([x, y]) => `${x.name}-${y.name}`);
    expect(names).toEqual(['a-b', 'a-t', 'b-t']);
    expect(pairUp([a], null)).toEqual([]);
  });
});
