import { describe, expect, it } from 'vitest';
import { drawBelow, seededRandom } from '../../src/metrics/sampling.js';
import { NearDuplicates } from '../../src/picking/near-duplicates.js';

const random = seededRandom(3);
const WORDS = Array.from({ length: 400 }, (_, i) => `w${(i * 7919).toString(36)}`);
const words = (count: number) => Array.from({ length: count }, () => WORDS[drawBelow(random, 400)]);

/** The share of shingles of eight characters that two texts have in common, counted. */
function shared(a: string, b: string): number {
  const of = (text: string) =>
    new Set(Array.from({ length: Math.max(1, text.length - 7) }, (_, i) => text.slice(i, i + 8)));
  const [x, y] = [of(a), of(b)];
  const both = [...x].filter((shingle) => y.has(shingle)).length;
  return both / (x.size + y.size - both);
}

const isDuplicate = (a: string, b: string) => {
  const known = new NearDuplicates();
  known.add(a);
  return known.has(b);
};

describe('near-duplicates', () => {
  it('are known by the shingles that they share', () => {
    let [near, far] = [0, 0];
    for (let trial = 0; trial < 60; trial++) {
      const text = words(80);
      const changed = trial % 2 === 0 ? 1 : 30;
      const other = [...words(changed), ...text.slice(changed)];
      const [a, b] = [text.join(' '), other.join(' ')];
      const share = shared(a, b);
      // The estimate errs by .05 at .8: what is nearer to the limit may go either way.
      if (share > 0.92) {
        near += 1;
        expect(isDuplicate(a, b), `${share}`).toBe(true);
      } else if (share < 0.65) {
        far += 1;
        expect(isDuplicate(a, b), `${share}`).toBe(false);
      }
    }
    expect(Math.min(near, far)).toBeGreaterThan(20);
  });

  it('differ in case, white space and width alone', () => {
    expect(isDuplicate('You are a  Fool', 'you are a ｆｏｏｌ ')).toBe(true);
    expect(isDuplicate('hi', 'Hi')).toBe(true);
    expect(isDuplicate('hi', 'ho')).toBe(false);
  });

  it('are not a part of a longer text', () => {
    const text = words(30).join(' ');
    expect(isDuplicate(text, `${text} ${words(30).join(' ')}`)).toBe(false);
  });
});
