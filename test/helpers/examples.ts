import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Embedder } from '../../src/student/embedding-head.js';
import type { Example } from '../../src/student/examples.js';
import { fnv1a } from '../../src/student/features.js';

/** Whole numbers below a bound, the same for the same seed. */
export function seededDraw(seed: number): (below: number) => number {
  const random = xoroshiro128plus(seed);
  return (below) => uniformInt(random, 0, below - 1);
}

const PLAIN = 'river music garden train bread winter letter window coffee mountain'.split(' ');
const ROUGH = 'grubworm snotface dimwit bootlicker'.split(' ');

/** Sentences of plain words; a toxic one has a rough word in it, but for the part that is noise. */
export function makeExamples(
  count: number,
  { seed = 1, noise = 0.1 }: { seed?: number; noise?: number } = {},
): Example[] {
  const draw = seededDraw(seed);
  const word = (words: readonly string[]) => words[draw(words.length)] ?? '';
  return Array.from({ length: count }, (_, i) => {
    const toxic = i % 4 === 0;
    const looksToxic = draw(1000) < noise * 1000 ? !toxic : toxic;
    const words = Array.from({ length: 6 }, () => word(PLAIN));
    if (looksToxic) words[draw(6)] = word(ROUGH);
    return { input: `${words.join(' ')} ${i}`, positive: toxic, target: toxic ? 1 : 0 };
  });
}

/** A test double of a model for embeddings: each word's hash, spread over a few dimensions. */
export function hashEmbedder(id = 'test:hash', dimensions = 16) {
  const requests: string[][] = [];
  const embedder: Embedder = {
    id,
    async embed(texts) {
      requests.push([...texts]);
      return texts.map((text) => project(text, dimensions));
    },
  };
  return { embedder, requests };
}

function project(text: string, dimensions: number): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const word of text.split(' ')) {
    const draw = seededDraw(fnv1a(Buffer.from(word)));
    for (let j = 0; j < dimensions; j++) vector[j] = (vector[j] ?? 0) + draw(2001) / 1000 - 1;
  }
  return vector;
}
