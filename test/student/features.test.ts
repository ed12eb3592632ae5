import { describe, expect, it } from 'vitest';
import {
  countFeatures,
  FEATURES,
  fnv1a,
  inverseDocumentFrequencies,
  weigh,
} from '../../src/student/features.js';

// The test vectors that the authors of FNV publish for FNV-1a of 32 bits.
it.each([
  ['', 0x811c9dc5],
  ['a', 0xe40c292c],
  ['b', 0xe70c2de5],
  ['foob', 0x3f5076ef],
  ['foobar', 0xbf9cf968],
])('fnv1a(%j)', (text, hash) => {
  expect(fnv1a(Buffer.from(text)) >>> 0).toBe(hash);
});

const bucket = (octets: string) => {
  const hash = fnv1a(Buffer.from(octets));
  return (hash >>> 16) ^ (hash & 0xffff);
};

const featuresOf = (text: string) => {
  const { indices, values } = countFeatures(text);
  return new Map([...indices].map((index, i) => [index, values[i]]));
};

describe('countFeatures', () => {
  it('takes 2 to 5 characters within a word and its spaces, words, and pairs of words', () => {
    const characters = [' a', ' ab', ' ab ', 'ab', 'ab ', 'b ', ' c', ' c ', 'c '];
    const words = ['\0ab', '\0c', '\0ab c'];
    const expected = [...characters, ...words].map(bucket).sort((a, b) => a - b);
    const found = [...countFeatures('ab, c').indices].sort((a, b) => a - b);
    expect([...countFeatures('ab c').indices].sort((a, b) => a - b)).toEqual(expected);
    expect(found).toContain(bucket('\0ab c'));
    expect(found).toContain(bucket('ab,'));
  });

  it('counts code points, not the octets of UTF-8', () => {
    const features = featuresOf('é😀');
    expect(features.get(bucket('é😀'))).toBe(1);
    expect(features.get(bucket(' é😀 '))).toBe(1);
    expect(features.has(bucket('é'))).toBe(false);
  });

  it('counts repetitions, and starts from nothing for each text', () => {
    expect(featuresOf('no no no').get(bucket('\0no'))).toBe(3);
    expect(featuresOf('no').get(bucket('\0no'))).toBe(1);
  });

  it('forgives case, width and white space', () => {
    expect(countFeatures('  ＹＯＵ\n\tFool ')).toEqual(countFeatures('you fool'));
  });

  it('has nothing to say of an empty text, and is not hurt by half a surrogate pair', () => {
    expect(countFeatures(' \n').indices.length).toBe(0);
    expect(countFeatures('\ud83d').indices.length).toBeGreaterThan(0);
  });

  it('reads the beginning of a long text only', () => {
    const start = 'x y '.repeat(FEATURES.max_characters / 4);
    expect(countFeatures(start + 'z'.repeat(1e6))).toEqual(countFeatures(start));
    const ligatures = countFeatures('ﷺ'.repeat(FEATURES.max_characters)); // 18 characters each
    expect(Math.max(...ligatures.values)).toBeLessThanOrEqual(FEATURES.max_characters);
  });
});

it('weighs rare features more, as scikit-learn does, and scales to length 1', () => {
  const counts = ['aa', 'aa bb bb', 'cc'].map(countFeatures);
  const idf = inverseDocumentFrequencies(counts);
  expect(idf[bucket('\0aa')]).toBeCloseTo(Math.log(4 / 3) + 1, 6);
  expect(idf[bucket('\0bb')]).toBeCloseTo(Math.log(4 / 2) + 1, 6);
  const [, second] = counts;
  const row = weigh(second ?? countFeatures(''), idf);
  const at = (index: number) => row.values[row.indices.indexOf(index)] ?? 0;
  const ratio = at(bucket('\0bb')) / at(bucket('\0aa'));
  const expected = ((1 + Math.log(2)) * (Math.log(2) + 1)) / (Math.log(4 / 3) + 1);
  expect(ratio).toBeCloseTo(expected, 5);
  expect(row.values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 6);
});
