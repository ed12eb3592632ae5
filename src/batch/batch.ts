import { z } from 'zod';
import { MalformedReplyError } from '../requests/malformed-reply.js';

const count = z.int().nonnegative().catch(0);

/** A batch as a server describes it; some write its status in capitals. */
const batchSchema = z.object({
  id: z.string(),
  status: z.string().transform((status) => status.toLowerCase()),
  input_file_id: z.string().nullish(),
  output_file_id: z.string().nullish(),
  error_file_id: z.string().nullish(),
  created_at: z.number().nullish(),
  request_counts: z.object({ total: count, completed: count, failed: count }).nullish(),
  metadata: z.record(z.string(), z.string()).nullish().catch(null),
  errors: z
    .object({
      data: z
        .array(z.object({ code: z.string().nullish(), message: z.string().nullish() }))
        .nullish(),
    })
    .nullish()
    .catch(null),
});
export type Batch = z.infer<typeof batchSchema>;

const ENDED = new Set(['completed', 'failed', 'expired', 'cancelled']);

/** Whether nothing more will come of a batch. */
export const hasEnded = ({ status }: Batch): boolean => ENDED.has(status);

/** @throws MalformedReplyError when it is none */
export function readBatch(value: unknown): Batch {
  const parsed = batchSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MalformedReplyError('it describes no batch');
}
