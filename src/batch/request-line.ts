import { z } from 'zod';
import type { BatchSide } from '../models/batch-side.js';
import type { Sample } from '../sample.js';

/**
 * One request as a line of JSON: what OpenAI's batches and `vllm run-batch` read. Its `custom_id` is
 * the row's key, by which its result is known again in whatever order results come.
 */
export function requestLine(
  key: string,
  sample: Sample,
  { url, bodyOf }: Pick<BatchSide, 'url' | 'bodyOf'>,
): string {
  return `${JSON.stringify({ custom_id: key, method: 'POST', url, body: bodyOf(sample) })}\n`;
}

const keySchema = z.object({ custom_id: z.string().min(1) });

/** The key of a line of requests; undefined where it is none. */
export function keyOfRequest(line: string): string | undefined {
  try {
    return keySchema.safeParse(JSON.parse(line)).data?.custom_id;
  } catch {
    return undefined;
  }
}
