import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ChooseOptions, chooseRows } from '../../src/picking/choose.js';
import type { Sample } from '../../src/sample.js';

async function* pool(texts: readonly string[]): AsyncGenerator<Sample> {
  for (const [index, text] of texts.entries()) {
    yield { id: null, index, text, label: null, humanChecked: null, jailbreaking: null };
  }
}

/** A student whose score is what the text says. */
const PICKER = { scoreOf: (text: string) => Number(text.split(' ')[0]), threshold: 0.5 };

const choose = (texts: readonly string[], more: Partial<ChooseOptions> = {}) =>
  chooseRows(pool(texts), PICKER, {
    by: 'score',
    size: 2,
    labelled: undefined,
    isTaken: () => false,
    ...more,
  });

const TEXTS = ['0.1', '0.95', '0.48', '0.9', '0.6', '0.2'];

describe('the rows to label', () => {
  it('by score are the likely positive ones', async () => {
    expect((await choose(TEXTS)).indices).toEqual([1, 3]);
  });

  it('by uncertainty are those nearest to the threshold in log odds', async () => {
    expect((await choose(TEXTS, { by: 'uncertainty' })).indices).toEqual([2, 4]);
    // As far from 1/2, and much farther in log odds.
    const { indices } = await choose(['0.001', '0.11'], { by: 'uncertainty', size: 1 });
    expect(indices).toEqual([1]);
  });

  it('by both are the first of each list in turn, each row once', async () => {
    expect((await choose(TEXTS, { by: 'mix', size: 4 })).indices).toEqual([1, 2, 3, 4]);
    expect((await choose(TEXTS, { by: 'mix', size: 99 })).indices).toHaveLength(6);
  });

  it('are none that are taken, and none without a text', async () => {
    const { indices } = await choose(['', ...TEXTS], { isTaken: (index) => index === 2, size: 1 });
    expect(indices).toEqual([4]);
  });

  it('are the first ones of a stable sort, whatever their number', async () => {
    const tenths = fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(tenths, fc.integer({ min: 1, max: 70 }), async (scores, size) => {
        const { indices } = await choose(
          scores.map((score) => `0.${score}`),
          { size },
        );
        const sorted = scores
          .map((score, index) => ({ score, index }))
          .sort((a, b) => b.score - a.score || a.index - b.index);
        expect(indices).toEqual(sorted.slice(0, size).map(({ index }) => index));
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it('say nothing twice: near-duplicates are passed over and counted', async () => {
    const story =
      'is the story of a boy who went to the market to sell a cow, and came home with beans';
    const texts = [
      `0.9 ${story}`,
      `0.9 ${story.toUpperCase()}`,
      `0.8 ${story}!`,
      '0.7 and now for something completely different',
      '0.6 nothing is like this one',
    ];
    expect(await choose(texts, { labelled: [] })).toEqual({ indices: [0, 3], duplicates: 2 });
    expect(await choose(texts)).toEqual({ indices: [0, 1], duplicates: 0 });
    const known = await choose(texts, { labelled: [`0.1 ${story}`], size: 1 });
    expect(known).toEqual({ indices: [3], duplicates: 3 });
  });

  it('stop to be looked for when the run is stopped', async () => {
    const signal = AbortSignal.abort(new Error('stopped'));
    await expect(choose(TEXTS, { signal })).rejects.toThrow('stopped');
  });
});
