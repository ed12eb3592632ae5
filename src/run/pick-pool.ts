import type { Dataset } from '../datasets/index.js';
import { countRows, type Drawing } from '../datasets/selection.js';
import { UserError } from '../errors.js';
import type { OnRead } from '../files/bytes.js';
import { type DrawnRow, readDrawnRows } from '../labels/drawn-rows.js';
import { chooseRows, type Picker } from '../picking/choose.js';
import { UniformStream } from '../picking/uniform-stream.js';
import { CostTotal } from '../pricing/cost.js';
import { type Task, TOXICITY } from '../task/task.js';
import { type PickBy, UNIFORM } from '../terms.js';

/** How the rows of a round are chosen. */
export interface RoundOptions {
  /** Rows that the student picks. */
  readonly pick: number;
  /** Default: `score`. */
  readonly by?: PickBy | undefined;
  /** Rows drawn at random, as a share of those picked; 20 at least. Default: 0.1. */
  readonly honest?: number | undefined;
  /** Whether near-duplicates of rows that are labelled or chosen are passed over. Default: true. */
  readonly dedupe?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Who picks; the hash is that of its file, where it has one. */
export interface RoundPicker extends Picker {
  readonly hash?: string | undefined;
}

/** The rows that a round asks for, beside those of earlier rounds that failed on the way. */
export interface Round {
  readonly chosen: ReadonlyMap<number, Drawing>;
  /** Near-duplicates that were passed over. */
  readonly duplicates: number;
}

/** At least so many rows are drawn at random in a round. */
const LEAST_UNIFORM = 20;

export interface PoolOptions {
  readonly dataset: Dataset;
  readonly file: string;
  readonly task?: Task | undefined;
  /** Of the shuffle. Default: 0. */
  readonly seed?: number | undefined;
  /** Told how far a file is read, each time. */
  readonly onRead?: OnRead | undefined;
}

/** The rows of a dataset, and what a label file holds of them. */
export class PickPool {
  readonly #dataset: Dataset;
  readonly file: string;
  readonly #task: Task;
  readonly #onRead: OnRead | undefined;
  readonly #stream: UniformStream;
  #asked: readonly DrawnRow[] = [];

  private constructor(
    { dataset, file, task, onRead }: PoolOptions & { readonly task: Task },
    stream: UniformStream,
  ) {
    this.#dataset = dataset;
    this.file = file;
    this.#task = task;
    this.#onRead = onRead;
    this.#stream = stream;
  }

  /**
   * @throws UserError when the rows on record were drawn by another shuffle, or the file is bad
   */
  static async open(options: PoolOptions): Promise<PickPool> {
    const { dataset, file, task = TOXICITY, seed = 0, onRead } = options;
    const total = dataset.size ?? (await countRows(dataset.rows(onRead)));
    const pool = new PickPool({ dataset, file, task, onRead }, new UniformStream(total, seed));
    await pool.reload();
    const stranger = pool.#stream.stranger(pool.#asked);
    if (!stranger) return pool;
    throw new UserError(
      `row ${stranger.index} of ${file} was not drawn with \`seed\` ${seed} from the ${total} rows of ${dataset.name}`,
      { hint: 'give the `seed` and the rows that the sample on record was drawn with' },
    );
  }

  /** Reads the file again, after a round. */
  async reload(): Promise<void> {
    this.#asked = await readDrawnRows(this.file, this.#task, this.#onRead);
  }

  get isEmpty(): boolean {
    return this.#asked.length === 0;
  }

  /** The last round on record, 0 where there is none, and who picked its rows. */
  get last(): { readonly round: number; readonly pickedBy: string | undefined } {
    const round = this.#asked.reduce((most, { picked }) => Math.max(most, picked?.round ?? 0), 0);
    const own = this.#asked.find(({ picked }) => picked?.round === round && picked.by !== UNIFORM);
    return { round, pickedBy: own?.picked?.by };
  }

  /** Dollars of the rows that were asked before a round; null where that of one is unknown. */
  usdBefore(round: number): number | null {
    const total = new CostTotal();
    for (const { picked, costUsd } of this.#asked) {
      if ((picked?.round ?? 0) < round) total.add(costUsd);
    }
    return total.unknown > 0 ? null : total.usd;
  }

  /** Every row that was picked or drawn in a round: done, or to be asked again where it failed. */
  get drawings(): ReadonlyMap<number, Drawing> {
    return new Map(
      this.#asked.flatMap(({ index, text: _, costUsd: __, ...drawing }) =>
        drawing.picked ? [[index, drawing] as const] : [],
      ),
    );
  }

  /**
   * Chooses the rows of a round that are not asked yet. Those of the round that are count as chosen,
   * so that a round which was cut off is completed.
   *
   * @throws the signal's reason when aborted
   */
  async plan(
    round: number,
    { hash, ...picker }: RoundPicker,
    { pick, by = 'score', honest = 0.1, dedupe = true, signal }: RoundOptions,
  ): Promise<Round> {
    const asked = new Set(this.#asked.map(({ index }) => index));
    const before = this.#asked.filter(({ picked }) => (picked?.round ?? 0) < round);
    const drawn = this.#stream.drawnBy(before);
    const size = Math.max(LEAST_UNIFORM, Math.round(honest * pick));
    const end = Math.min(drawn + size, this.#stream.total);
    const uniform = this.#stream.first(end).filter((index) => !asked.has(index));
    const isUniform = new Set(uniform);
    const done = this.#asked.filter(
      ({ picked }) => picked?.round === round && picked.by !== UNIFORM,
    ).length;
    const { indices, duplicates } = await chooseRows(this.#dataset.rows(this.#onRead), picker, {
      by,
      size: pick - done,
      labelled: dedupe ? this.#asked.map(({ text }) => text) : undefined,
      isTaken: (index) => asked.has(index) || isUniform.has(index),
      signal,
    });
    const pickedBy = hash === undefined ? by : `${by}@${hash}`;
    const sampleFraction = end / this.#stream.total;
    const chosen = new Map<number, Drawing>();
    const add = (index: number, drawing: Drawing) =>
      chosen.set(index, { ...drawing, sampleRank: this.#stream.rankOf(index) });
    for (const index of indices) add(index, { picked: { by: pickedBy, round } });
    for (const index of uniform) add(index, { sampleFraction, picked: { by: UNIFORM, round } });
    return { chosen, duplicates };
  }
}
