import { formatCount, formatMoney, plural } from '../format.js';
import type { BatchFacts, BatchStanding } from '../run/asked.js';
import type { Exported } from '../run/export-requests.js';
import { batchTable } from './batch-table.js';
import type { Progress } from './progress.js';

/**
 * Shows how far the batches of a run have come: on a terminal a table of those that are at work and a line
 * for each that has ended, elsewhere a line for each new state; the counts beside the bar.
 */
export class BatchBoard {
  readonly #standings = new Map<string, BatchStanding>();
  readonly #note: (line: string) => void;
  #upload: string | undefined;

  constructor(note: (line: string) => void) {
    this.#note = note;
  }

  /** @param progress - where the table stands */
  tell(standing: BatchStanding, progress: Progress | undefined): void {
    this.#upload = undefined;
    this.#standings.set(standing.id, standing);
    const atWork = [...this.#standings.values()].filter(({ hasEnded }) => !hasEnded);
    progress?.showTable?.(batchTable(atWork));
    const isLive = progress?.showTable !== undefined;
    if (standing.isNews && (standing.hasEnded || !isLive)) this.#note(renderStanding(standing));
  }

  upload(sent: number, total: number): void {
    const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
    this.#upload = sent < total ? `uploading ${mb(sent)} of ${mb(total)} MB` : undefined;
  }

  /** What to say beside the bar. */
  get details(): string[] {
    if (this.#upload !== undefined) return [this.#upload];
    const all = [...this.#standings.values()];
    if (all.length === 0) return [];
    const sum = (of: (standing: BatchStanding) => number) =>
      formatCount(all.reduce((total, standing) => total + of(standing), 0));
    const done = sum(({ done, failed }) => done + failed);
    return [`${done} of ${sum(({ total }) => total)} done in ${batchCount(all.length)}`];
  }
}

/** `batch_abc   in_progress  1,200 done, 3 failed of 50,000, since 2026-11-30 14:02 UTC`. */
function renderStanding({ id, status, done, failed, total, since }: BatchStanding): string {
  const bad = failed > 0 ? `, ${formatCount(failed)} failed` : '';
  const when = `${since.slice(0, 16).replace('T', ' ')} UTC`;
  return `batch ${id}  ${status.padEnd(11)}  ${formatCount(done)} done${bad} of ${formatCount(total)}, since ${when}`;
}

/** What a summary says of the batches of a run. */
export function renderBatches({ submitted, open, waiting, missing }: BatchFacts): string {
  const parts = [
    ...(submitted > 0 ? [`${plural(submitted, 'row')} submitted in this run`] : []),
    ...(open > 0 ? [`${plural(waiting, 'row')} at the server in ${batchCount(open)}`] : []),
    ...(missing > 0 ? [`${plural(missing, 'row')} in none`] : []),
  ];
  return parts.length > 0 ? parts.join('; ') : 'all have ended';
}

/** `$0.12: asked at once the same rows would have cost $0.24`; undefined where nothing was saved. */
export function renderSaved({ savedUsd }: BatchFacts, usd: number): string | undefined {
  if (savedUsd === 0) return undefined;
  return `${formatMoney(savedUsd)} by waiting: asked at once these rows would have cost ${formatMoney(usd + savedUsd)}`;
}

const batchCount = (count: number) => `${formatCount(count)} ${count === 1 ? 'batch' : 'batches'}`;

/** The result of --batch-export. */
export function renderExported(
  { folder, shards, requests, bytes, skipped }: Exported,
  model: string,
): string {
  const left = skipped > 0 ? `; ${plural(skipped, 'row')} left out: done, or in a batch` : '';
  if (requests === 0) return `no request was written${left}\n`;
  return [
    `requests    ${plural(requests, 'row')} in ${plural(shards, 'shard')} of ${folder}/requests, ${(bytes / 1e6).toFixed(1)} MB${left}`,
    `next        run each shard: vllm run-batch -i ${folder}/requests/shard-00000.jsonl -o ${folder}/results/shard-00000.jsonl --model ${model}`,
    `            then the same command with --batch-import ${folder} in place of --batch-export`,
    '',
  ].join('\n');
}

const MOST_NUMBERS = 10;

/** `3, 5, 8`; of many the first. */
export function renderNumbers(numbers: readonly number[]): string {
  const shown = numbers.slice(0, MOST_NUMBERS).join(', ');
  return numbers.length > MOST_NUMBERS ? `${shown}, ...` : shown;
}
