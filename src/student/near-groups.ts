import type { Breathe, FeatureMatrix } from './feature-matrix.js';
import { FEATURES } from './features.js';

/** The share of all n-grams of two texts that both have, from which on they are kept together. */
const NEAR = 0.5;

/** Least hashes that stand for a text, each of its own part of the hashes. */
const SKETCH = 64;
const SKETCH_BITS = 6;
/** So many of them in a row are looked up together: of pairs at .5 some 94% are met, of those at .7 all. */
const BAND = 3;

/** Rows between two breaths: some 20 ms of ToxicChat's. */
const ROWS_A_BREATH = 1_000;

const NONE = 0xffffffff;

/**
 * Groups the places of texts that are nearly one, and of those that are linked by such texts, in the order
 * of their first. A text is compared, n-gram by n-gram, with the last one that shares a band of the sketch:
 * the time grows with the texts and not with their pairs.
 *
 * @see Li, Owen and Zhang, One Permutation Hashing (2012), and Broder's minima
 */
export async function groupNearTexts(matrix: FeatureMatrix, breathe: Breathe): Promise<number[][]> {
  const { rows, starts, buckets } = matrix;
  const links = new Links(rows);
  const sketcher = new Sketcher(matrix);
  const latest = new Map<number, number>();
  /** By bucket: 1 + the last row that has it. */
  const seenIn = new Uint32Array(FEATURES.buckets);
  for (let row = 0; row < rows; row++) {
    if (row % ROWS_A_BREATH === 0) await breathe();
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      seenIn[buckets[i] as number] = row + 1;
    }
    for (const key of sketcher.bandsOf(row)) {
      const other = latest.get(key);
      latest.set(key, row);
      if (other === undefined || links.first(other) === links.first(row)) continue;
      if (resemblance(matrix, row, other, seenIn) >= NEAR) links.join(other, row);
    }
  }
  return links.groups();
}

/** Of the n-grams that either row has, the share that both have. */
function resemblance(
  { starts, buckets }: FeatureMatrix,
  row: number,
  other: number,
  seenIn: Uint32Array,
): number {
  const from = starts[other] as number;
  const to = starts[other + 1] as number;
  let both = 0;
  for (let i = from; i < to; i++) if (seenIn[buckets[i] as number] === row + 1) both += 1;
  const either = (starts[row + 1] as number) - (starts[row] as number) + to - from - both;
  return either === 0 ? 1 : both / either;
}

/** Sketches the rows of a matrix, one after the other. */
class Sketcher {
  readonly #matrix: FeatureMatrix;
  readonly #hashes = hashBuckets();
  readonly #least = new Uint32Array(SKETCH);
  readonly #bands = new Uint32Array(Math.floor(SKETCH / BAND));

  constructor(matrix: FeatureMatrix) {
    this.#matrix = matrix;
  }

  /** A number for each band of a row's sketch; it holds until the next call. */
  bandsOf(row: number): Uint32Array {
    const { starts, buckets } = this.#matrix;
    const [hashes, least, bands] = [this.#hashes, this.#least, this.#bands];
    least.fill(NONE);
    for (let i = starts[row] as number; i < (starts[row + 1] as number); i++) {
      const hash = hashes[buckets[i] as number] as number;
      const part = hash >>> (32 - SKETCH_BITS);
      if (hash < (least[part] as number)) least[part] = hash;
    }
    for (let band = 0; band < bands.length; band++) {
      let key = band;
      for (let part = band * BAND; part < (band + 1) * BAND; part++) {
        key = mix(key ^ this.#filled(part));
      }
      bands[band] = key;
    }
    return bands;
  }

  /** The least hash of a part; where a short text has none there, that of the next part, and how far off it is. */
  #filled(part: number): number {
    for (let far = 0; far < SKETCH; far++) {
      const hash = this.#least[(part + far) % SKETCH] as number;
      if (hash !== NONE) return hash ^ Math.imul(far, 0x01000193);
    }
    return 0;
  }
}

/** Not before they are needed: every command loads this file. */
function hashBuckets(): Uint32Array {
  const hashes = new Uint32Array(FEATURES.buckets);
  for (let bucket = 0; bucket < hashes.length; bucket++) hashes[bucket] = mix(bucket + 1);
  return hashes;
}

/** The final mix of MurmurHash3. */
function mix(value: number): number {
  let h = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

/** Which places are joined, each group known by its first. */
class Links {
  readonly #towards: Uint32Array;

  constructor(size: number) {
    this.#towards = Uint32Array.from({ length: size }, (_, place) => place);
  }

  first(place: number): number {
    let at = place;
    for (let next = this.#towards[at]; next !== undefined && next !== at; ) {
      const further = this.#towards[next] as number;
      this.#towards[at] = further; // The way is half as long the next time.
      at = next;
      next = further;
    }
    return at;
  }

  join(a: number, b: number): void {
    const [x, y] = [this.first(a), this.first(b)];
    this.#towards[Math.max(x, y)] = Math.min(x, y);
  }

  groups(): number[][] {
    const found = new Map<number, number[]>();
    for (const place of this.#towards.keys()) {
      const first = this.first(place);
      const group = found.get(first);
      if (group) group.push(place);
      else found.set(first, [place]);
    }
    return [...found.values()];
  }
}
