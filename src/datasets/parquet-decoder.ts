import type { AsyncBuffer } from 'hyparquet';
import { formatCount } from '../format.js';
import type { Cells } from './columns.js';
import { type Batch, DecoderThread } from './parquet-thread.js';

/** What decoding a file may take. */
export interface DecodeLimits {
  /** Computing, in milliseconds: waiting for bytes, or being halted, does not count. */
  readonly cpuMs: number;
  /** Memory beyond what the process held before, in bytes. */
  readonly memory: number;
}

export interface DecodeOptions {
  /** Default: {@link limitsOf} its size. */
  readonly limits?: DecodeLimits;
  /** Ends it at once. */
  readonly signal?: AbortSignal | undefined;
  /** Told which share of the rows has been decoded, also where it is no more than before. */
  readonly onShare?: ((share: number) => void) | undefined;
}

/** A file asks for more than any honest one of its size. */
export class DecodeLimitError extends Error {}

const MB = 1e6;
const GB = 1e9;

/**
 * More than an honest file takes on a slow machine: 20 s a megabyte is a hundredth of the usual
 * speed, and rows that are held as objects take some ten times their bytes.
 */
export const limitsOf = (byteLength: number): DecodeLimits => ({
  cpuMs: 10_000 + 20_000 * (byteLength / MB),
  memory: GB + 100 * byteLength,
});

/** How often the limits are looked at, and it is told how far it has come. */
const WATCH_MS = 50;

/**
 * Decodes a parquet file in a thread of its own, with one row group in memory there and some rows
 * here. Lengths in a damaged file may make the decoder run for hours, or fill the memory; a thread
 * can be ended, and meanwhile this one obeys signals.
 *
 * @throws DecodeLimitError when the file takes more than its limits; the signal's reason when
 *   aborted; an Error when it cannot be decoded, or what reading its bytes threw
 */
export async function* decodeParquet(
  file: AsyncBuffer,
  { limits = limitsOf(file.byteLength), signal, onShare }: DecodeOptions = {},
): AsyncGenerator<Cells[]> {
  signal?.throwIfAborted();
  const thread = DecoderThread.take();
  const stop = () => thread.fail(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  const use = new Use(file, limits);
  let share = 0;
  const watch = setInterval(() => {
    const excess = use.excess();
    if (excess) thread.fail(excess);
    else onShare?.(share); // A row group may be all of a file, and take seconds.
  }, WATCH_MS).unref();
  try {
    thread.open(file);
    for (;;) {
      use.resume();
      const batch = await thread.next();
      use.pause();
      if (!batch) return;
      share = batch.share;
      onShare?.(share);
      yield rowsOf(batch);
    }
  } finally {
    clearInterval(watch);
    signal?.removeEventListener('abort', stop);
    thread.release();
  }
}

function rowsOf({ length, columns }: Batch): Cells[] {
  const rows: Cells[] = [];
  for (let i = 0; i < length; i++) {
    const row: Record<string, unknown> = {};
    for (const [name, cells] of columns) row[name] = cells[i];
    rows.push(row);
  }
  return rows;
}

/**
 * What decoding has taken so far. Node tells the time that a process has computed, not a thread, so
 * that only the time counts in which rows are awaited.
 */
class Use {
  readonly #byteLength: number;
  readonly #limits: DecodeLimits;
  readonly #memoryBefore = process.memoryUsage.rss();
  #cpuMs = 0;
  #since: NodeJS.CpuUsage | undefined;

  constructor({ byteLength }: AsyncBuffer, limits: DecodeLimits) {
    this.#byteLength = byteLength;
    this.#limits = limits;
  }

  resume(): void {
    this.#since = process.cpuUsage();
  }

  pause(): void {
    this.#cpuMs += this.#cpuMsSince();
    this.#since = undefined;
  }

  #cpuMsSince(): number {
    if (!this.#since) return 0;
    const { user, system } = process.cpuUsage(this.#since);
    return (user + system) / 1000;
  }

  /** @returns undefined within the limits */
  excess(): DecodeLimitError | undefined {
    if (!this.#since) return undefined;
    const { cpuMs, memory } = this.#limits;
    const bytes = `its ${formatCount(this.#byteLength)} bytes took more than`;
    if (this.#cpuMs + this.#cpuMsSince() > cpuMs) {
      return new DecodeLimitError(`${bytes} ${formatCount(Math.ceil(cpuMs / 1000))} s to decode`);
    }
    if (process.memoryUsage.rss() - this.#memoryBefore > memory) {
      return new DecodeLimitError(`${bytes} ${(memory / GB).toFixed(1)} GB of memory to decode`);
    }
    return undefined;
  }
}
