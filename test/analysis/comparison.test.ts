import { describe, expect, it } from 'vitest';
import { comparePairs, onCommonRows, pairUp } from '../../src/analysis/comparison.js';
import { labelsOf } from '../../src/analysis/outcomes.js';
import { labels } from '../helpers/analysis.js';

const options = { resamples: 300, confidence: 0.95, seed: 1 };
const model = (name: string, codes: string) => ({ name, labels: labelsOf(labels(codes)) });
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
  it('counts who alone is right, and the difference of the F1', () => {
    const [pair] = comparePairs(truth, [[a, b]], options);
    // Only a is right in rows 1, 2 and 4; only b in row 3.
    expect(pair).toMatchObject({ a: 'a', b: 'b', n: 7 });
    expect(pair?.mcnemar).toMatchObject({ only_a_right: 3, only_b_right: 1 });
    // min(1, 2 (1 + 4) / 16)
    expect(pair?.mcnemar.p).toBeCloseTo(0.625, 12);
    expect(pair?.f1_difference.value).toBeCloseTo(6 / 7 - 4 / 7, 14);
    expect(pair?.tied).toBe(true);
  });

  it('corrects for the number of pairs, and unties what differs clearly', () => {
    const long = labelsOf(labels('1'.repeat(40) + '0'.repeat(40)));
    const good = model('good', '1'.repeat(40) + '0'.repeat(40));
    const twin = model('twin', '1'.repeat(39) + '0'.repeat(41));
    const bad = model('bad', '0'.repeat(30) + '1'.repeat(10) + '0'.repeat(40));
    const pairs = comparePairs(long, pairUp([good, twin, bad], null), options);
    expect(pairs.map((pair) => [pair.a, pair.b, pair.tied])).toEqual([
      ['good', 'twin', true],
      ['good', 'bad', false],
      ['twin', 'bad', false],
    ]);
    expect(pairs[1]?.mcnemar.p).toBeCloseTo(2 ** -29, 20);
    expect(pairs[1]?.mcnemar.p_holm).toBeCloseTo(3 * 2 ** -29, 20);
  });

  it('ties two models that have no row in common', () => {
    const [pair] = comparePairs(truth, [[a, model('c', '-'.repeat(9))]], options);
    expect(pair).toMatchObject({ n: 0, tied: true, f1_difference: { value: null, p: 1 } });
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
