import { describe, expect, it } from 'vitest';
import { countAll } from '../../src/student/feature-matrix.js';
import { groupNearTexts } from '../../src/student/near-groups.js';
import { trainStudent } from '../../src/student/train-student.js';
import { seededDraw } from '../helpers/examples.js';

const draw = seededDraw(5);
/** A word that no other text has, as good as always. */
const word = () => Array.from({ length: 7 }, () => String.fromCharCode(97 + draw(26))).join('');
const sentence = (words = 12) => Array.from({ length: words }, word).join(' ');
const breathe = async () => {};
const groupsOf = async (...texts: string[]) => {
  const matrix = await countAll(
    texts.map((input) => ({ input })),
    breathe,
  );
  return groupNearTexts(matrix, breathe);
};

describe('texts that are nearly one', () => {
  it('are in one group, in the order of their first', async () => {
    const [a, b, c] = [sentence(), sentence(), sentence()];
    expect(await groupsOf(a, b, `${a} ${word()}`, c, `${word()} ${b}`, a.toUpperCase())).toEqual([
      [0, 2, 5],
      [1, 4],
      [3],
    ]);
  });

  it('are those that share half of their n-grams, of which nearly all pairs are found', async () => {
    let [near, far] = [0, 0];
    for (let trial = 0; trial < 200; trial++) {
      const [text, rest] = [sentence(12), sentence(12)];
      const alike = `${text.split(' ').slice(0, 10).join(' ')} ${rest.split(' ').slice(0, 2).join(' ')}`;
      const unlike = `${text.split(' ').slice(0, 5).join(' ')} ${rest.split(' ').slice(0, 7).join(' ')}`;
      near += 2 - (await groupsOf(text, alike)).length;
      far += 2 - (await groupsOf(text, unlike)).length;
    }
    expect(near).toBeGreaterThan(190);
    expect(far).toBe(0);
  });

  it('are linked by others', async () => {
    const words = sentence(30).split(' ');
    const window = (start: number) => words.slice(start, start + 16).join(' ');
    expect(await groupsOf(window(0), window(12))).toHaveLength(2);
    expect(await groupsOf(window(0), window(12), window(3), window(6), window(9))).toHaveLength(1);
  });

  it('are none where they are short, empty or many', async () => {
    expect(await groupsOf('', ' ', '\n')).toEqual([[0, 1, 2]]);
    expect(await groupsOf('hi', 'Hi', 'ho', '')).toEqual([[0, 1], [2], [3]]);
    expect(await groupsOf(...Array.from({ length: 2_000 }, () => sentence()))).toHaveLength(2_000);
  });
});

describe('a student of near-duplicates', () => {
  const settings = { labels: 'human', teacher: null, seed: 1 } as const;
  const labelled = (input: string, place: number) => {
    const positive = place % 2 === 0;
    return { input, positive, target: positive ? 1 : 0 };
  };

  it('is not judged by what it has all but seen', async () => {
    // The labels are arbitrary: only a near-duplicate tells one.
    const texts = Array.from({ length: 100 }, () => sentence());
    const twice = [
      ...texts.map(labelled),
      ...texts.map((text) => `${text} ${word()}`).map(labelled),
    ];
    const { report } = await trainStudent(twice, settings);
    expect(report.ngrams?.auprc).toBeLessThan(0.65);
    // Of a pool where near-duplicates wait, this is what it can do.
    const { report: ofPool } = await trainStudent(twice, { ...settings, oneFold: 'equal' });
    expect(ofPool.ngrams?.auprc).toBeGreaterThan(0.75);
  });

  it('is judged all the same where all texts are alike', async () => {
    const template = sentence(40);
    const texts = Array.from(
      { length: 100 },
      (_, place) => `${template} ${place % 2 ? 'a' : 'b'} ${word()}`,
    );
    const { report } = await trainStudent(texts.map(labelled), settings);
    expect(report.ngrams?.auprc).toBeGreaterThan(0.65);
  });
});
