import { existsSync } from 'node:fs';
import type { CollectSummary } from '../collect.js';
import type { Dataset } from '../datasets/index.js';
import { countSelected, type Selection } from '../datasets/selection.js';
import { EXIT, type ExitCode } from '../errors.js';
import { plural } from '../format.js';
import { labelPaths } from '../labels/label-paths.js';
import { coded } from '../messages.js';
import type { Model } from '../models/index.js';
import type { Task } from '../task/task.js';
import { renderExported } from './batch-board.js';
import type { CollectFlags } from './collect-flags.js';
import { renderEstimate } from './cost-lines.js';
import type { Session } from './main.js';
import { openNamedDataset } from './named-dataset.js';
import { batchOf } from './options.js';
import { planPick, runPick } from './pick.js';
import { showReading } from './reading.js';
import { rowCallbacks } from './row-callbacks.js';
import {
  defaultModel,
  howToGoOn,
  openBudget,
  openNamedModel,
  readPrices,
  taskOf,
  withSetup,
} from './setup.js';

/** Labels rows as the flags say, and tells what came of it. */
export function runCollect(
  flags: CollectFlags,
  argv: readonly string[],
  session: Session,
): Promise<ExitCode> {
  return withSetup(flags, session, async (setup) => {
    const task = await taskOf(flags);
    const priceFile = readPrices(flags);
    const budget = openBudget(flags);
    const name = flags.modelName ?? defaultModel(task, setup.env);
    const sendsNothing = flags.batchExport !== undefined || flags.batchImport !== undefined;
    const settings = { task, priceFile, budget, sendsNothing };
    const model = await openNamedModel(name, flags, setup, settings);
    const withKeys = existsSync(labelPaths(flags.out).jsonl);
    const dataset = await openNamedDataset(flags, task, setup, { withKeys }).catch((error) => {
      if (session.signal.aborted) return undefined;
      throw error;
    });
    if (!dataset) {
      session.note('stopped early: no row was asked');
      return EXIT.interrupted;
    }
    const run: Run = { task, model, dataset, selection: selectionOf(flags, dataset), session };
    try {
      const isPick = flags.pick !== undefined;
      if (!isPick && dataset.headWarning !== undefined && takesHead(run)) {
        session.note(coded('head-of-split', `note: ${dataset.headWarning}`));
      }
      if (sampleIsAll(run))
        session.note(
          `note: ${dataset.name} has ${plural(dataset.size ?? 0, 'row')}: --sample takes them all`,
        );
      if (flags.batchExport !== undefined && !flags.dryRun) {
        return await exportShards({ ...flags, batchExport: flags.batchExport }, run);
      }
      if (flags.dryRun) return await (isPick ? planPick : dryRun)(flags, run);
      const done = isPick
        ? await runPick(flags, run)
        : { summary: await collected(flags, run), rows: expectedRows(run) };
      if (typeof done === 'number') return done;
      const goOn = howToGoOn('collect', argv, setup.env);
      const { conclude } = await import('./collect-end.js');
      return await conclude(done.summary, { ...run, ...done, flags, env: setup.env, budget, goOn });
    } finally {
      dataset.close?.();
    }
  });
}

function selectionOf(
  { sample, seed, dsOffset, dsMaxSize }: CollectFlags,
  dataset: Dataset,
): Exclude<Selection, { kind: 'chosen' }> {
  if (sample !== undefined) return { kind: 'sample', size: sample, seed };
  const maxSize = dsMaxSize ?? dataset.usualSize ?? Number.POSITIVE_INFINITY;
  return { kind: 'range', offset: dsOffset, maxSize };
}

interface Run {
  readonly task: Task;
  readonly model: Model;
  readonly dataset: Dataset;
  readonly selection: ReturnType<typeof selectionOf>;
  readonly session: Session;
}

const takesHead = ({ selection, dataset: { size = Number.POSITIVE_INFINITY } }: Run) =>
  selection.kind === 'range' && selection.offset + selection.maxSize < size;

const sampleIsAll = ({ selection, dataset: { size = Number.POSITIVE_INFINITY } }: Run) =>
  selection.kind === 'sample' && selection.size > size;

/** Rows that are taken, at most: the dataset may end before. Infinite where nothing is known. */
const expectedRows = ({ selection, dataset }: Run) => countSelected(selection, dataset.size);

async function dryRun(flags: CollectFlags, { session, ...run }: Run): Promise<ExitCode> {
  const { estimateCollect } = await import('../collect.js');
  const { out, fresh = false, retryUnanswered = false } = flags;
  const estimate = await estimateCollect(
    { ...run, out, fresh, retryUnanswered },
    { onRead: showReading(session) },
  );
  session.print(renderEstimate(estimate, run.model));
  return EXIT.done;
}

async function exportShards(
  flags: CollectFlags & { readonly batchExport: string },
  { session, ...run }: Run,
): Promise<ExitCode> {
  const { exportCollect } = await import('../collect.js');
  const { out, fresh = false, retryUnanswered = false, batchExport, shards } = flags;
  const options = { ...run, out, fresh, retryUnanswered, batchExport, shards };
  const exported = await exportCollect(options, { onRead: showReading(session) });
  session.print(renderExported(exported, run.model.id));
  return EXIT.done;
}

async function collected(flags: CollectFlags, run: Run): Promise<CollectSummary> {
  const { collect } = await import('../collect.js');
  const { task, model, dataset, selection, session } = run;
  const rows = expectedRows(run);
  const progress = session.startProgress('collect', {
    total: Number.isFinite(rows) ? rows : undefined,
    unit: 'rows',
    silent: flags.verbose ?? false,
  });
  const verbose = flags.verbose ?? false;
  const shown = () => ({ progress, total: rows });
  try {
    return await collect(
      { ...flags, batch: batchOf(flags), task, dataset, selection, model, signal: session.signal },
      rowCallbacks({ session, labels: task.labels, verbose, shown }),
    );
  } finally {
    progress.stop();
  }
}
