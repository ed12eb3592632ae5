import { UserError } from '../errors.js';
import type { BatchSide } from '../models/batch-side.js';

/** @throws UserError when the model is of no server that takes files of requests as OpenAI's does */
export function batchSideOf(id: string, batch: BatchSide | undefined): BatchSide {
  if (batch) return batch;
  const message = `\`batch\` goes with a model whose server takes batches in OpenAI's form, and ${id} is none`;
  throw new UserError(message, {
    hint: 'leave `batch` out: its rows are then put to it one by one',
  });
}
