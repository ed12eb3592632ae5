const NEWLINE = 10;
const PARTIAL_CONTENT = 206;

/** A reply whose body is the content of a file. */
interface Content {
  readonly status: number;
  readonly body: unknown;
}

/** Fetches a file from the start, or from a byte on where the server can. */
type Fetching = (range: string | undefined) => PromiseLike<Content>;

/** Tries again what fails on the way. */
type Retrying = <T>(work: () => Promise<T>) => Promise<T>;

/**
 * Streams the lines of a file at a server. Where the download breaks off it goes on behind the last whole
 * line: from there if the server sends a part, else past what was read already. A last line without a
 * newline counts: whether it is whole, its reader sees.
 */
export async function* readResultLines(
  fetching: Fetching,
  retrying: Retrying,
): AsyncGenerator<string> {
  const reader = new LineReader(fetching);
  for (;;) {
    const lines = await retrying(() => reader.next());
    if (lines === undefined) return;
    yield* lines;
  }
}

class LineReader {
  readonly #fetching: Fetching;
  #chunks: AsyncIterator<Uint8Array> | undefined;
  /** Where the next line begins. */
  #offset = 0;
  /** Bytes that a new download has still to pass over. */
  #toSkip = 0;
  #rest: Buffer[] = [];
  #isOver = false;

  constructor(fetching: Fetching) {
    this.#fetching = fetching;
  }

  /** The lines that the next chunk ends; undefined at the end. */
  async next(): Promise<string[] | undefined> {
    if (this.#isOver) return undefined;
    try {
      this.#chunks ??= await this.#open();
      const { value, done } = await this.#chunks.next();
      if (!done) return this.#take(Buffer.from(value));
    } catch (error) {
      this.#chunks = undefined;
      this.#rest = [];
      throw error;
    }
    this.#isOver = true;
    const last = Buffer.concat(this.#rest).toString('utf8');
    return last.trim() === '' ? undefined : [last];
  }

  async #open(): Promise<AsyncIterator<Uint8Array>> {
    const range = this.#offset > 0 ? `bytes=${this.#offset}-` : undefined;
    const { status, body } = await this.#fetching(range);
    this.#toSkip = status === PARTIAL_CONTENT ? 0 : this.#offset;
    return (body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  }

  #take(chunk: Buffer): string[] {
    const skipped = Math.min(this.#toSkip, chunk.length);
    this.#toSkip -= skipped;
    const bytes = chunk.subarray(skipped);
    const end = bytes.lastIndexOf(NEWLINE);
    if (end === -1) {
      this.#rest.push(bytes);
      return [];
    }
    const whole = Buffer.concat([...this.#rest, bytes.subarray(0, end + 1)]);
    this.#rest = [bytes.subarray(end + 1)];
    this.#offset += whole.length;
    return whole
      .toString('utf8')
      .split('\n')
      .filter((line) => line.trim() !== '');
  }
}
