import { UserError } from '../errors.js';
import type { BatchSide } from '../models/batch-side.js';

/** @throws UserError when the model is none of a server that is asked by requests */
export function batchSideOf(id: string, batch: BatchSide | undefined): BatchSide {
  if (batch) return batch;
  throw new UserError(`\`batch\` goes with a model behind a server, and ${id} is none`, {
    hint: 'leave `batch` out: what runs here needs no batch',
  });
}
