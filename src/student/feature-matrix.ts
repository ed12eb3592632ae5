import { countFeatures } from './features.js';

/** Room for the features of a few hundred texts. */
const FIRST_ROOM = 1 << 17;
/** The room grows at most so many times at once, for the first texts may be the longest. */
const GROWTH = 4;
/** How much more than the texts so far promise: most often the last growth then. */
const MARGIN = 1.05;

/**
 * The counted features of many texts, by row, in three bytes a feature. Those of row r stand from
 * `starts[r]` to before `starts[r + 1]`.
 */
export interface FeatureMatrix {
  readonly rows: number;
  readonly starts: Uint32Array;
  readonly buckets: Uint16Array;
  readonly counts: Uint8Array;
}

/** Called again and again by what takes long: lets others have their turn, and throws if aborted. */
export type Breathe = () => Promise<void>;

/** Texts that are counted between two breaths: some 20 ms. */
const TEXTS_A_BREATH = 500;

/** Counts the features of texts. */
export async function countAll(
  texts: readonly { readonly input: string }[],
  breathe: Breathe,
): Promise<FeatureMatrix> {
  const rows = texts.length;
  const starts = new Uint32Array(rows + 1);
  let buckets = new Uint16Array(FIRST_ROOM);
  let counts = new Uint8Array(FIRST_ROOM);
  let row = 0;
  let used = 0;
  for (const { input } of texts) {
    if (row % TEXTS_A_BREATH === 0) await breathe();
    const counted = countFeatures(input);
    const needed = used + counted.size;
    if (needed > buckets.length) {
      const promised = Math.ceil((MARGIN * needed * rows) / (row + 1));
      const room = Math.max(needed, Math.min(promised, GROWTH * buckets.length));
      buckets = withRoom(new Uint16Array(room), buckets);
      counts = withRoom(new Uint8Array(room), counts);
    }
    buckets.set(counted.buckets.subarray(0, counted.size), used);
    counts.set(counted.counts.subarray(0, counted.size), used);
    used = needed;
    starts[++row] = used;
  }
  return { rows, starts, buckets, counts };
}

function withRoom<Numbers extends Uint16Array | Uint8Array>(larger: Numbers, old: Numbers) {
  larger.set(old);
  return larger;
}
