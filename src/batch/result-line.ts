import { APIError } from 'openai';
import { z } from 'zod';
import type { BatchSide } from '../models/batch-side.js';
import { withoutKeys } from '../models/server.js';
import { stopRun, stopsRun, unansweredBy } from '../models/stop-run.js';
import { costOf } from '../pricing/cost.js';
import { failureOf } from '../requests/failures.js';
import { MalformedReplyError } from '../requests/malformed-reply.js';
import type { Verdict } from '../verdict.js';

const problemSchema = z.object({
  code: z.union([z.string(), z.number()]).nullish().catch(null),
  message: z.string().nullish().catch(null),
});

/** What went wrong: OpenAI says it plainly, vLLM as in the body of a reply, or as a text. */
const errorSchema = z.union([
  z.string().transform((message) => ({ code: null, message })),
  z.object({ error: problemSchema }).transform(({ error }) => error),
  problemSchema,
]);

/** A line of results, as OpenAI and `vllm run-batch` write them. */
const resultSchema = z.object({
  custom_id: z.string(),
  response: z.object({ status_code: z.int().nullish(), body: z.unknown().optional() }).nullish(),
  error: errorSchema.nullish(),
});
export type ResultLine = z.infer<typeof resultSchema>;

/** Reads a line of results; undefined where it is none, as one that was cut off. */
export function readResult(line: string): ResultLine | undefined {
  try {
    return resultSchema.safeParse(JSON.parse(line)).data;
  } catch {
    return undefined;
  }
}

/** What a batch says of requests that it did not come to: they cost nothing, and may be sent again. */
const NOT_DONE = new Set(['batch_expired', 'batch_cancelled']);

/** Whether the request was not sent to the model at all. */
export const isNotDone = ({ error }: ResultLine): boolean =>
  NOT_DONE.has(String(error?.code ?? ''));

/** What became of a row in a batch. */
export interface BatchVerdict {
  readonly verdict: Verdict;
  /** What the server refuses of every request, where it does. */
  readonly refusal?: string;
}

/**
 * The verdict of a line of results, read as a direct reply is. No failure of one row ends the run: the
 * others are paid for.
 *
 * @param text - what was judged: an error may quote it
 */
export function verdictOfResult(
  { response, error }: ResultLine,
  side: BatchSide,
  text: string,
): BatchVerdict {
  const status = response?.status_code ?? 200;
  if (response && status >= 200 && status < 300 && !error) {
    try {
      return { verdict: side.verdictOf(response.body) };
    } catch (cause) {
      if (!(cause instanceof MalformedReplyError)) throw cause;
      return { verdict: failed(cause.message, true, side) };
    }
  }
  if (!response) {
    const { code, message } = error ?? {};
    return {
      verdict: failed(message ?? String(code ?? 'neither a response nor an error'), true, side),
    };
  }
  // vLLM leaves the body out.
  const body = response.body ?? { error };
  return verdictOfStatus(status < 400 ? 500 : status, body, { side, text });
}

function verdictOfStatus(
  status: number,
  body: unknown,
  { side, text }: { side: BatchSide; text: string },
): BatchVerdict {
  const cause = APIError.generate(status, asObject(body), undefined, new Headers());
  const failure = failureOf(cause, text);
  const told = withoutKeys(failure.message);
  if (side.form?.isRefusedBy(cause, text)) {
    return { verdict: failed(told, true, side), refusal: told };
  }
  const nothing = { costUsd: costOf(null, side.price), latencyMs: null };
  if (!stopsRun(failure, true)) return { verdict: unansweredBy(failure, told, nothing) };
  // Every row may say so: the key was revoked say. The next run asks them again.
  return {
    verdict: failed(told, true, side),
    refusal: stopRun(failure, told, side.server).message,
  };
}

const asObject = (body: unknown): object => (typeof body === 'object' && body !== null ? body : {});

const failed = (error: string, retryable: boolean, { price }: BatchSide): Verdict => ({
  outcome: 'failed',
  error: withoutKeys(error),
  retryable,
  raw: '',
  usage: null,
  costUsd: costOf(null, price),
  latencyMs: null,
});

/** The verdict on a row of which a batch that is done says nothing. */
export const withoutResult = (side: BatchSide, batch: string): Verdict =>
  failed(`the batch ${batch} is done and has no result of this row`, true, side);
