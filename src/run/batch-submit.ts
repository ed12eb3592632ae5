import { createBatch } from '../batch/create.js';
import { newName } from '../batch/identity.js';
import { RequestFile } from '../batch/request-file.js';
import { requestLine } from '../batch/request-line.js';
import { newEntry } from '../batch/tracker.js';
import { EXIT, UserError } from '../errors.js';
import { formatMoney } from '../format.js';
import { BudgetSpentError } from '../requests/budget.js';
import type { BatchRun } from './batch-run.js';
import { waitUntil } from './batch-wait.js';

/** So many rows are asked at once, until one is answered, before others are put in a batch. */
const PROBES = 3;

/**
 * Submits the rows that are in no batch yet, in files that the server takes. Within a budget, and where
 * the server has no room, it goes on when batches before have ended.
 *
 * @throws BudgetSpentError when nothing more may be submitted; UserError when the server refuses
 */
export async function submitRows(run: BatchRun): Promise<void> {
  const { rows, side, tracker, model, batch } = run.parts;
  const submitted = new Set(tracker.unsettled.flatMap((entry) => tracker.keysOf(entry)));
  const limits = { ...side.limits, requests: sizeOf(side.limits.requests, batch?.size) };
  const open = () => new RequestFile(`${run.parts.file.path}.batches.requests.tmp`, limits);
  let probes = 0;
  let file = open();
  try {
    for (const key of rows.waiting()) {
      const row = submitted.has(key) ? undefined : rows.get(key);
      if (!row) continue;
      if (side.form && tracker.form === null) {
        probes += 1;
        await probe(run, key, probes);
        continue;
      }
      const { sample } = row;
      const usd = side.budget ? side.mostCost(sample.text) : 0;
      let line = Buffer.from(requestLine(key, sample, side));
      refuseLong(line, limits.bytes, model.id);
      if (!file.hasRoomFor(line.length) || !hasMoney(run, file.usd + usd)) {
        const full = file;
        file = open();
        await submit(run, full);
        if (run.isFull) return;
        await waitForMoney(run, usd);
        line = Buffer.from(requestLine(key, sample, side));
      }
      file.add(key, line, usd);
    }
    await submit(run, file);
  } finally {
    file.close();
  }
}

function sizeOf(most: number, wanted: number | undefined): number {
  if (wanted === undefined || wanted <= most) return wanted ?? most;
  throw new UserError(`\`batchSize\` is ${wanted}, and the server takes ${most} at most`, {
    hint: `give a number from 1 to ${most}`,
  });
}

function refuseLong(line: Buffer, most: number, id: string): void {
  if (line.length <= most) return;
  throw new UserError(`a request to ${id} has ${line.length} bytes, and a file ${most} at most`, {
    hint: 'shorten that text, or leave `batch` out',
  });
}

/**
 * Asks a row at once: in a batch a request cannot be adapted to what the server refuses, and 50,000 of
 * them would fail a day later for one parameter.
 */
async function probe(run: BatchRun, key: string, probes: number): Promise<void> {
  const { side, tracker, model, rows, signal, file } = run.parts;
  const row = rows.get(key);
  if (!row) return;
  const verdict = await model.classify(row.sample, signal);
  run.writeDirect(key, row, verdict);
  file.assertIntact();
  if (verdict.outcome !== 'failed') {
    tracker.form = side.form?.current() ?? null;
    tracker.save();
  } else if (verdict.retryable || probes === PROBES) {
    throw new UserError(`a row that was asked at once first failed: ${verdict.error}`, {
      hint: 'run the same command again: no batch is submitted before one row is answered',
      exitCode: EXIT.couldNotFinish,
    });
  }
}

/** Writes down what is to be sent, sends it, and makes a batch of it. */
async function submit(run: BatchRun, file: RequestFile): Promise<void> {
  const { tracker, service, side, signal, batches, onUpload, onNote } = run.parts;
  try {
    const { keys, usd, bytes } = file;
    if (keys.length === 0) return;
    run.parts.file.assertIntact();
    signal.throwIfAborted();
    const intent = newName();
    const sha256 = file.digest();
    const entry = tracker.add(newEntry({ intent, sha256, requests: keys.length, usd }), keys);
    run.reserve(entry, usd);
    const label = { ...tracker.identity, intent };
    const fileId = await service.upload(
      label,
      () => file.stream(),
      (sent) => onUpload?.(sent, bytes),
    );
    tracker.change(entry, { state: 'uploaded', file_id: fileId });
    batches.submitted += keys.length;
    const made = await createBatch(entry, fileId, run.parts, { clock: side.clock, signal });
    if (made) return run.tell(entry, made);
    if (run.parts.batch?.wait === false) {
      run.isFull = true;
      onNote?.('the server takes no more batches now: run the same command again later');
    } else await waitUntil(run, () => entry.batch_id !== null);
  } finally {
    file.close();
  }
}

function hasMoney(run: BatchRun, usd: number): boolean {
  const { budget } = run.parts.side;
  return budget === undefined || budget.hasRoom({ alone: usd, inCompany: usd });
}

/** Answers cost less than the most that was set aside: what a batch gives back is for others. */
async function waitForMoney(run: BatchRun, usd: number): Promise<void> {
  const isLeft = () => hasMoney(run, usd);
  const { side, batch } = run.parts;
  if (isLeft()) return;
  if (batch?.wait !== false) await waitUntil(run, () => isLeft() || run.wanted.length === 0);
  if (isLeft()) return;
  throw new BudgetSpentError(
    `stopped before passing \`maxCost\` ${side.budget?.most}: the next request may cost up to ${formatMoney(usd)}`,
    {
      hint: 'run the same command again to go on: `maxCost` is for one run',
      exitCode: EXIT.couldNotFinish,
    },
  );
}
