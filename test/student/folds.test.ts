import { describe, expect, it } from 'vitest';
import { stratifiedFolds } from '../../src/student/folds.js';
import { makeExamples } from '../helpers/examples.js';

describe('stratifiedFolds', () => {
  it('gives each fold the same share of toxic examples', () => {
    const examples = makeExamples(200);
    const folds = stratifiedFolds(examples, 5, 7);
    for (const fold of [0, 1, 2, 3, 4]) {
      const inside = examples.filter((_, place) => folds[place] === fold);
      expect([inside.length, inside.filter(({ positive }) => positive).length]).toEqual([40, 10]);
    }
  });

  it('keeps texts together that are equal when normalised, whatever their labels', () => {
    const examples = makeExamples(60);
    const twins = examples.map(({ input, positive }) => ({
      input: ` ${input.toUpperCase()}\n`,
      positive: !positive,
      target: positive ? 0 : 1,
    }));
    const folds = stratifiedFolds([...examples, ...twins], 5, 1);
    expect(folds.slice(60)).toEqual(folds.slice(0, 60));
  });

  it('is drawn by the seed', () => {
    const examples = makeExamples(60);
    expect(stratifiedFolds(examples, 5, 1)).toEqual(stratifiedFolds(examples, 5, 1));
    expect(stratifiedFolds(examples, 5, 1)).not.toEqual(stratifiedFolds(examples, 5, 2));
  });
});
