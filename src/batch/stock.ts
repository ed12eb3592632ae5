import { EXIT, UserError } from '../errors.js';
import type { Clock } from '../requests/clock.js';
import { type Batch, hasEnded } from './batch.js';
import type { Label } from './identity.js';
import { isKey } from './key-files.js';
import type { Found } from './listing.js';
import { keyOfRequest } from './request-line.js';
import { readResult } from './result-line.js';
import type { BatchService } from './service.js';
import { type Entry, newEntry, type Tracker } from './tracker.js';

/** A request that a server has taken may show in its lists only so much later. */
export const SETTLE_MS = 10_000;

const DAY_S = 86_400;

interface StockOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onNote?: ((note: string) => void) | undefined;
}

/**
 * Finds out what became of what was to be sent, and adopts what another machine sent: after it no row is
 * in a batch at the server that the tracker does not know.
 *
 * @returns the tracker, under the series that is at the server where it is new
 * @throws UserError when the rows of a batch that is still at work cannot be learned
 */
export async function takeStock(
  tracker: Tracker,
  service: BatchService,
  options: StockOptions,
): Promise<Tracker> {
  const { run } = tracker.identity;
  const since = tracker.isNew ? 0 : Date.parse(tracker.createdAt) / 1000 - DAY_S;
  const find = () => service.find(run, since);
  let found = await find();
  const own = tracker.isNew ? inNewestSeries(tracker, found) : tracker;
  const open = own.unsettled.filter(({ batch_id }) => batch_id === null);
  if (open.some((entry) => entry.state === 'creating' && !batchOf(entry, found))) {
    await options.clock.sleep(SETTLE_MS, options.signal);
    found = await find();
  }
  for (const entry of open) settleIntent(entry, own, found);
  await adopt(own, service, found, options);
  return own;
}

/** Makes sure that a batch was made of an entry, or was not, after a request that failed midway. */
export async function lookFor(
  entry: Entry,
  { tracker, service }: { tracker: Tracker; service: BatchService },
  { clock, signal }: StockOptions,
): Promise<Batch | undefined> {
  await clock.sleep(SETTLE_MS, signal);
  const since = Date.parse(tracker.createdAt) / 1000 - DAY_S;
  return batchOf(entry, await service.find(tracker.identity.run, since));
}

/** By its name, or by its file where a server keeps no name; what failed was never at work. */
function batchOf({ intent, file_id }: Entry, { batches }: Found): Batch | undefined {
  const isOwn = (batch: Batch, label: Label) =>
    label.intent === intent ||
    (file_id !== null && batch.input_file_id === file_id && batch.status !== 'failed');
  return batches.find(({ batch, label }) => isOwn(batch, label))?.batch;
}

function settleIntent(entry: Entry, tracker: Tracker, found: Found): void {
  const batch = batchOf(entry, found);
  if (batch) {
    const file_id = batch.input_file_id ?? entry.file_id;
    tracker.change(entry, { state: 'created', batch_id: batch.id, file_id, status: batch.status });
    return;
  }
  const file_id =
    entry.file_id ?? found.files.find(({ label }) => label.intent === entry.intent)?.id;
  if (file_id === undefined) tracker.drop(entry);
  else tracker.change(entry, { state: 'uploaded', file_id });
}

const newestFirst = ({ batches }: Found) =>
  batches.toSorted((a, b) => (b.batch.created_at ?? 0) - (a.batch.created_at ?? 0));

function inNewestSeries(tracker: Tracker, found: Found): Tracker {
  const [newest] = newestFirst(found);
  return newest ? tracker.inSeries(newest.label.series) : tracker;
}

/**
 * Takes up what another machine sent. A row that is in a newer batch too had no answer in the older one:
 * it is the newer one's, or its failure of before would be taken for what became of it.
 */
async function adopt(
  tracker: Tracker,
  service: BatchService,
  found: Found,
  { onNote }: StockOptions,
): Promise<void> {
  const known = new Set(tracker.entries.flatMap(({ batch_id, intent }) => [batch_id, intent]));
  const taken = new Set(tracker.unsettled.flatMap((entry) => tracker.keysOf(entry)));
  for (const { batch, label } of newestFirst(found)) {
    const isOwn = label.series === tracker.identity.series;
    if (!isOwn || known.has(batch.id) || known.has(label.intent) || isOfNoUse(batch)) continue;
    const all = await keysOf(batch, service);
    const keys = all.filter((key) => !taken.has(key));
    for (const key of keys) taken.add(key);
    const { intent } = label;
    const entry = newEntry({ intent, sha256: null, requests: all.length, usd: 0 });
    const file_id = batch.input_file_id ?? null;
    const { id: batch_id, status } = batch;
    tracker.add({ ...entry, state: 'created', file_id, batch_id, status }, keys);
    onNote?.(`found the batch ${batch.id} of this run at the server`);
  }
}

const isOfNoUse = (batch: Batch) =>
  batch.status === 'failed' && !batch.output_file_id && !batch.error_file_id;

/** The keys of the rows of a batch: by its requests, or where they are gone by its results. */
async function keysOf(batch: Batch, service: BatchService): Promise<string[]> {
  try {
    if (batch.input_file_id) return await readKeys(service, batch.input_file_id, keyOfRequest);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
  }
  if (!hasEnded(batch)) {
    throw new UserError(
      `the batch ${batch.id} of this run is at work, and its requests cannot be read`,
      {
        hint: 'wait until it has ended, or cancel it, then run the same command again',
        exitCode: EXIT.couldNotFinish,
      },
    );
  }
  const keys: string[] = [];
  for (const id of resultFilesOf(batch)) {
    for (const key of await readKeys(service, id, (line) => readResult(line)?.custom_id)) {
      keys.push(key);
    }
  }
  return keys;
}

async function readKeys(
  service: BatchService,
  fileId: string,
  keyOf: (line: string) => string | undefined,
): Promise<string[]> {
  const keys: string[] = [];
  for await (const line of service.lines(fileId)) {
    const key = keyOf(line);
    if (key !== undefined && isKey(key)) keys.push(key);
  }
  return keys;
}

/** The files with the results of a batch: answers, and errors. */
export const resultFilesOf = ({ output_file_id, error_file_id }: Batch): string[] =>
  [output_file_id, error_file_id].filter((id) => typeof id === 'string' && id !== '') as string[];
