import { describe, expect, it } from 'vitest';
import { countFeatures, FEATURES, fnv1a, SUBLINEAR } from '../../src/student/features.js';

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

const bucketsOf = (text: string) => {
  const { size, buckets } = countFeatures(text);
  return [...buckets.subarray(0, size)];
};

const featuresOf = (text: string) => {
  const { counts } = countFeatures(text);
  return new Map(bucketsOf(text).map((index, i) => [index, counts[i]]));
};

describe('countFeatures', () => {
  it('takes 2 to 5 characters within a word and its spaces, words, and pairs of words', () => {
    const characters = [' a', ' ab', ' ab ', 'ab', 'ab ', 'b ', ' c', ' c ', 'c '];
    const words = ['\0ab', '\0c', '\0ab c'];
    const expected = [...characters, ...words].map(bucket).sort((a, b) => a - b);
    const found = bucketsOf('ab, c');
    expect(bucketsOf('ab c').sort((a, b) => a - b)).toEqual(expected);
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
    expect(featuresOf('  ＹＯＵ\n\tFool ')).toEqual(featuresOf('you fool'));
    expect(featuresOf(' YOU\v\f\r\n Fool\t')).toEqual(featuresOf('you fool'));
    expect(featuresOf('you@[`{ fool')).not.toEqual(featuresOf('you fool'));
  });

  it('has nothing to say of an empty text, and is not hurt by half a surrogate pair', () => {
    expect(bucketsOf(' \n')).toEqual([]);
    expect(bucketsOf('')).toEqual([]);
    expect(bucketsOf('\ud83d').length).toBeGreaterThan(0);
  });

  it('reads the beginning of a long text only', () => {
    const start = 'x y '.repeat(FEATURES.max_characters / 4);
    expect(featuresOf(start + 'z'.repeat(1e6))).toEqual(featuresOf(start));
    expect(featuresOf(`${start}é`)).toEqual(featuresOf(start));
    const ligatures = 'ﷺ'.repeat(FEATURES.max_characters); // 18 characters each
    expect(featuresOf(ligatures)).toEqual(featuresOf(ligatures.slice(0, 2000)));
  });

  it('counts to 255, beyond which a count says no more', () => {
    expect(featuresOf('no '.repeat(255)).get(bucket('\0no'))).toBe(255);
    expect(featuresOf('no '.repeat(300)).get(bucket('\0no'))).toBe(255);
    expect(SUBLINEAR[1]).toBe(1);
    expect(SUBLINEAR[255]).toBeCloseTo(1 + Math.log(255), 12);
  });
});
