import { Worker } from 'node:worker_threads';
import type { AsyncBuffer } from 'hyparquet';

/** Some rows, column by column. */
export interface Batch {
  readonly length: number;
  readonly columns: readonly (readonly [name: string, cells: ArrayLike<unknown>])[];
  /** Of the rows of the file, how many have been given with these. */
  readonly share: number;
}

/** What the thread says. */
type Message =
  | { readonly kind: 'slice'; readonly id: number; readonly start: number; readonly end: number }
  | ({ readonly kind: 'rows' } & Batch)
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

/** Who waits for rows. */
interface Reader {
  resolve(batch: Batch | undefined): void;
  reject(cause: unknown): void;
}

/** Files are read more than once in a row. */
const IDLE_MS = 2_000;

/**
 * Never reached, since the memory of the process is watched: where one large array takes a thread
 * to its limit, Node ends the whole process.
 */
const RESOURCE_LIMITS = { maxOldGenerationSizeMb: 1_000_000 };

/** Of a message that quotes the file. */
const LONGEST_MESSAGE = 200;

/** A thread that decodes parquet, one file after the other. It keeps no process alive. */
export class DecoderThread {
  static #idle: DecoderThread | undefined;

  readonly #worker = new Worker(new URL('./parquet-worker.js', import.meta.url), {
    execArgv: [],
    resourceLimits: RESOURCE_LIMITS,
  });
  #file: AsyncBuffer | undefined;
  #reader: Reader | undefined;
  #failure: { readonly cause: unknown } | undefined;
  #hasRows = false;
  #ending: NodeJS.Timeout | undefined;

  private constructor() {
    this.#worker
      .on('message', (message: Message) => void this.#take(message))
      .on('error', (error) => this.fail(error))
      .on('exit', () => this.fail(new Error('its decoder ended early')))
      .unref();
  }

  /** @returns the last one that was released, unless that is long ago */
  static take(): DecoderThread {
    const thread = DecoderThread.#idle ?? new DecoderThread();
    DecoderThread.#idle = undefined;
    clearTimeout(thread.#ending);
    return thread;
  }

  /** Begins with a file; its rows are had with {@link next}. */
  open(file: AsyncBuffer): void {
    this.#file = file;
    this.#hasRows = false;
    this.#worker.postMessage({ kind: 'open', byteLength: file.byteLength });
  }

  /**
   * @returns undefined after the last rows
   * @throws Error when the file cannot be decoded; what {@link fail} was told
   */
  next(): Promise<Batch | undefined> {
    return new Promise((resolve, reject) => {
      if (this.#failure) {
        reject(this.#failure.cause);
        return;
      }
      this.#reader = { resolve, reject };
      this.#worker.ref();
      if (this.#hasRows) this.#worker.postMessage({ kind: 'next' });
    });
  }

  /** It is of no use any more: who waits for rows gets this error. */
  fail(cause: unknown): void {
    this.#failure ??= { cause };
    this.#answer(({ reject }) => reject(cause));
    if (DecoderThread.#idle === this) DecoderThread.#idle = undefined;
  }

  /** Leaves the thread to the next file, or ends it where it is still at work. */
  release(): void {
    const isReady = !this.#failure && this.#file === undefined;
    if (!isReady || DecoderThread.#idle) {
      void this.#worker.terminate();
      return;
    }
    DecoderThread.#idle = this;
    this.#ending = setTimeout(() => void this.#worker.terminate(), IDLE_MS).unref();
  }

  async #take(message: Message): Promise<void> {
    if (message.kind === 'slice') return this.#sendBytes(message);
    this.#hasRows = message.kind === 'rows';
    if (!this.#hasRows) this.#file = undefined;
    this.#answer((reader) => {
      if (message.kind === 'failed') reader.reject(new Error(cut(message.message)));
      else reader.resolve(message.kind === 'rows' ? message : undefined);
    });
  }

  async #sendBytes({ id, start, end }: Message & { kind: 'slice' }): Promise<void> {
    try {
      const bytes = await this.#file?.slice(start, end);
      this.#worker.postMessage({ kind: 'bytes', id, bytes }, bytes ? [bytes] : []);
    } catch (error) {
      this.fail(error);
    }
  }

  #answer(give: (reader: Reader) => void): void {
    this.#worker.unref();
    if (this.#reader) give(this.#reader);
    this.#reader = undefined;
  }
}

const cut = (message: string) =>
  message.length > LONGEST_MESSAGE ? `${message.slice(0, LONGEST_MESSAGE)}...` : message;
