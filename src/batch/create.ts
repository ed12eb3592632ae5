import type { Clock } from '../requests/clock.js';
import type { Batch } from './batch.js';
import type { BatchService } from './service.js';
import { lookFor } from './stock.js';
import type { Entry, Tracker } from './tracker.js';

/**
 * Makes the batch of an entry whose file is at the server. That it is about to is on disk before, so that
 * a crash at any moment is followed by a search, and not by another batch.
 *
 * @returns undefined where the server takes no more now
 */
export async function createBatch(
  entry: Entry,
  fileId: string,
  { tracker, service }: { tracker: Tracker; service: BatchService },
  options: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Batch | undefined> {
  tracker.change(entry, { state: 'creating' });
  const label = { ...tracker.identity, intent: entry.intent };
  const made = await service.create(fileId, label);
  const batch = made === 'in doubt' ? await lookFor(entry, { tracker, service }, options) : made;
  if (batch === undefined || batch === 'busy') {
    tracker.change(entry, { state: 'uploaded' });
    return undefined;
  }
  tracker.change(entry, { state: 'created', batch_id: batch.id, status: batch.status });
  return batch;
}
