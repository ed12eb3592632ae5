import type OpenAI from 'openai';
import { toStreamingFile } from 'openai';
import { z } from 'zod';
import { EXIT, UserError } from '../errors.js';
import type { BatchSide } from '../models/batch-side.js';
import { openFileClient } from '../models/client.js';
import { withoutKeys } from '../models/server.js';
import { stopRun } from '../models/stop-run.js';
import { type Failure, failureOf } from '../requests/failures.js';
import { withGrace } from '../requests/grace.js';
import { MalformedReplyError } from '../requests/malformed-reply.js';
import { retryNote } from '../requests/sender.js';
import { type Batch, readBatch } from './batch.js';
import { fileNameOf, type Label, metadataOf } from './identity.js';
import { type Found, listBatches, listFiles } from './listing.js';
import { readResultLines } from './result-stream.js';

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;

/** A file of 200 MB over a slow line. */
const UPLOAD_TIMEOUT_MS = 3_600_000;

export interface ServiceOptions {
  readonly signal: AbortSignal;
  readonly onNote?: ((note: string) => void) | undefined;
}

/**
 * The files and batches of one server. What fails on the way is tried again, as long as the server asks;
 * what may have been done all the same is never done twice.
 */
export class BatchService {
  readonly #side: BatchSide;
  readonly #client: OpenAI;
  readonly #signal: AbortSignal;
  readonly #onNote: ((note: string) => void) | undefined;
  /** What was said last: a server may refuse in the same words for hours. */
  #said = '';

  constructor(side: BatchSide, { signal, onNote }: ServiceOptions) {
    this.#side = side;
    this.#client = openFileClient(side.server);
    this.#signal = signal;
    this.#onNote = onNote;
  }

  /**
   * Sends a file. A second copy of it, where a try failed midway, costs nothing.
   *
   * @param onSent - told of the bytes so far
   * @returns its id
   */
  upload(
    label: Label,
    open: () => AsyncIterable<Buffer>,
    onSent: (bytes: number) => void,
  ): Promise<string> {
    return this.#retrying(async (signal) => {
      let sent = 0;
      async function* counted() {
        for await (const chunk of open()) {
          yield chunk;
          sent += chunk.length;
          onSent(sent);
        }
      }
      const file = toStreamingFile(counted(), fileNameOf(label), { type: 'application/jsonl' });
      const options = { signal, timeout: UPLOAD_TIMEOUT_MS };
      const created = await this.#client.files.create({ file, purpose: 'batch' }, options);
      const parsed = idSchema.safeParse(created);
      if (parsed.success) return parsed.data.id;
      throw new MalformedReplyError('it gives the file no id');
    });
  }

  /**
   * Makes a batch of a file, once.
   *
   * @returns the batch; `busy` where the server takes no more now; `in doubt` where it may have made one
   */
  async create(fileId: string, label: Label): Promise<Batch | 'busy' | 'in doubt'> {
    const { url, limits, clock } = this.#side;
    try {
      const created = await withGrace(
        this.#signal,
        (signal) =>
          this.#client.batches.create(
            {
              input_file_id: fileId,
              // The SDK's list of them is no longer than its release is new.
              endpoint: url as '/v1/chat/completions',
              completion_window: limits.window,
              metadata: metadataOf(label),
            },
            { signal },
          ),
        clock,
      );
      return readBatch(created);
    } catch (error) {
      const failure = failureOf(error);
      if (failure.kind !== 'retry') throw this.#stopped(failure);
      const refusal = `the server did not take a batch: ${withoutKeys(failure.message)}`;
      if (refusal !== this.#said) this.#onNote?.(refusal);
      this.#said = refusal;
      const isRefused = failure.cause === 'throttled' || failure.cause === 'unreachable';
      return isRefused ? 'busy' : 'in doubt';
    }
  }

  /** What the server says of a batch now. */
  retrieve(id: string): Promise<Batch> {
    return this.#retrying(async (signal) =>
      readBatch(await this.#client.batches.retrieve(id, { signal })),
    );
  }

  /**
   * Finds the files and batches of a run.
   *
   * @param since - none of them is older, in seconds since 1970
   */
  async find(run: string, since: number): Promise<Found> {
    const place = { client: this.#client, since };
    const files = await this.#retrying((signal) => listFiles(run, { ...place, signal }));
    const batches = await this.#retrying((signal) => listBatches(run, files, { ...place, signal }));
    return { batches, files };
  }

  /** The lines of a file at the server; one that breaks off is taken up where it did. */
  async *lines(fileId: string): AsyncGenerator<string> {
    const download = new AbortController();
    const stop = () => download.abort(this.#signal.reason);
    this.#signal.addEventListener('abort', stop);
    const lines = readResultLines(
      (range) =>
        this.#client.files.content(fileId, {
          signal: download.signal,
          ...(range === undefined ? {} : { headers: { Range: range } }),
        }),
      (work) => this.#retrying(() => work()),
    );
    try {
      yield* lines;
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
  }

  /** @throws UserError when it fails for good; the signal's reason when aborted */
  async #retrying<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (let failures = 0; ; failures++) {
      this.#signal.throwIfAborted();
      try {
        return await withOwnSignal(this.#signal, work);
      } catch (error) {
        this.#signal.throwIfAborted();
        if (error instanceof UserError) throw error;
        const failure = failureOf(error);
        if (failure.kind !== 'retry' || failures >= this.#side.maxRetries) {
          throw this.#stopped(failure);
        }
        const growing = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** failures);
        const waitMs = Math.max(growing, failure.afterMs ?? 0);
        this.#onNote?.(withoutKeys(retryNote(failure, waitMs)));
        await this.#side.clock.sleep(waitMs, this.#signal);
      }
    }
  }

  #stopped(failure: Failure): UserError {
    const message = withoutKeys(failure.message);
    const { provider, baseUrl } = this.#side.server;
    if (failure.kind === 'model') {
      return new UserError(`${provider} has no files or batches at ${baseUrl}: ${message}`, {
        hint: 'leave `batch` out; for a vLLM of your own write its requests with `batchExport`',
        exitCode: EXIT.couldNotFinish,
      });
    }
    if (failure.kind === 'row' || failure.kind === 'filtered') {
      return new UserError(`${provider} refuses the batch: ${message}`, {
        hint: 'see what it says; rows that are done are kept, and batches that it took go on',
        exitCode: EXIT.couldNotFinish,
      });
    }
    return stopRun(failure, message, this.#side.server);
  }
}

/** The SDK leaves a listener on the signal of each request; over days they would pile up on the run's. */
async function withOwnSignal<T>(
  signal: AbortSignal,
  work: (own: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const stop = () => own.abort(signal.reason);
  signal.addEventListener('abort', stop);
  try {
    return await work(own.signal);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

const idSchema = z.object({ id: z.string() });
