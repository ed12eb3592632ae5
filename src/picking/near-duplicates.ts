import { normaliseText } from '../text.js';

/** Characters of a shingle. */
const SHINGLE = 8;

/** Hashes that stand for a text. */
const SKETCH = 64;

/** The share of two texts' shingles that both have, from which on they say the same. */
const SAME = 0.8;

/**
 * Texts, and whether another one is nearly among them: by the share of their shingles of eight
 * characters that both have, as the 64 least of their hashes estimate it (with a standard error of
 * .05 where the share is .8).
 *
 * @see Broder, On the resemblance and containment of documents (1997)
 */
export class NearDuplicates {
  readonly #sketches: Uint32Array[] = [];
  /** The texts that have a hash in their sketch. */
  readonly #having = new Map<number, number[]>();

  add(text: string): void {
    const sketch = sketchOf(text);
    const place = this.#sketches.push(sketch) - 1;
    for (const hash of sketch) {
      const texts = this.#having.get(hash);
      if (texts) texts.push(place);
      else this.#having.set(hash, [place]);
    }
  }

  has(text: string): boolean {
    const sketch = sketchOf(text);
    const shared = new Map<number, number>();
    for (const hash of sketch) {
      for (const place of this.#having.get(hash) ?? []) {
        shared.set(place, (shared.get(place) ?? 0) + 1);
      }
    }
    for (const [place, count] of shared) {
      // Fewer cannot be enough, whatever the union is.
      if (count < SAME * Math.min(sketch.length, SKETCH) - 1) continue;
      if (resemblance(sketch, this.#sketches[place] ?? sketch) >= SAME) return true;
    }
    return false;
  }
}

/** The least hashes of a text's shingles, in their order. */
function sketchOf(text: string): Uint32Array {
  const normal = normaliseText(text);
  const hashes = new Set<number>();
  for (let start = 0; start + SHINGLE <= normal.length || start === 0; start++) {
    hashes.add(hash(normal, start, Math.min(start + SHINGLE, normal.length)));
  }
  return Uint32Array.from(hashes).sort().slice(0, SKETCH);
}

/** Of the least hashes of both together, the share that both have. */
function resemblance(a: Uint32Array, b: Uint32Array): number {
  let [i, j, union, both] = [0, 0, 0, 0];
  while (union < SKETCH && (i < a.length || j < b.length)) {
    const x = a[i] ?? Number.POSITIVE_INFINITY;
    const y = b[j] ?? Number.POSITIVE_INFINITY;
    if (x === y) both += 1;
    if (x <= y) i += 1;
    if (y <= x) j += 1;
    union += 1;
  }
  return union === 0 ? 1 : both / union;
}

/** FNV-1a over UTF-16 units, with the final mix of MurmurHash3: the least of them are random. */
function hash(text: string, start: number, end: number): number {
  let h = 0x811c9dc5;
  for (let i = start; i < end; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
