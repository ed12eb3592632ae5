import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { CollectSummary } from '../collect.js';
import { DATASET_KINDS, type Dataset } from '../datasets/index.js';
import type { Selection } from '../datasets/selection.js';
import { EXIT, type ExitCode, UserError } from '../errors.js';
import { plural } from '../format.js';
import { labelPaths } from '../labels/label-table.js';
import { coded } from '../messages.js';
import type { Model } from '../models/index.js';
import type { Task } from '../task/task.js';
import { renderExported } from './batch-board.js';
import { renderEstimate } from './cost-lines.js';
import { renderTerms } from './help-list.js';
import type { Session } from './main.js';
import { type DatasetFlags, openNamedDataset } from './named-dataset.js';
import {
  addLastFlags,
  addModelFlags,
  addOutputFlags,
  addRequestFlags,
  bareCommand,
  batchOf,
  MODEL_HELP,
  parseFlags,
  taskOption,
} from './options.js';
import { rowCount, wholeNumber } from './parsers.js';
import { addPickFlags, checkPickFlags, type PickFlags, planPick, runPick } from './pick.js';
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

interface Flags extends PickFlags, DatasetFlags {
  readonly modelName?: string;
  readonly dsOffset: number;
  /** Infinite for all. */
  readonly dsMaxSize?: number;
  readonly sample?: number;
  readonly fresh?: true;
  readonly retryUnanswered?: true;
  readonly batchExport?: string;
  readonly shards?: number;
  readonly batchImport?: string;
}

const EXAMPLES = `
${renderTerms(
  'Datasets',
  DATASET_KINDS.map(({ form, description }) => ({ term: form, meaning: description })),
)}
${MODEL_HELP}
Examples:
  collect -m gpt4 --ds-offset 0 --ds-max-size 100
  collect -m gpt4 --sample 1000 --seed 7 --out outputs/gpt4-train.jsonl
  collect -m gpt4 --dataset texts.csv --pick 100 --rounds 8 --out labels.jsonl
  collect -m student:outputs/student.json --dataset texts.csv --out labels.csv
Run the same command again to go on; labels.csv is made of labels.jsonl at last.`;

function program(session: Session): Command {
  const command = bareCommand(
    'collect',
    'Label rows of a dataset with a model, into a JSONL file.',
    session,
  )
    .option('-m, --model-name <name>', 'the model that labels (default: wordlist)')
    .option('--dataset <name>', 'the rows to label', 'toxicchat')
    .option('--ds-max-size <n>', 'rows to take, or all (default: all; toxicchat 50)', rowCount)
    .option('--sample <n>', 'take a uniform sample of n rows instead', wholeNumber(1))
    .option('--out <file>', '.jsonl .csv .parquet', 'outputs/outputs.jsonl');
  command
    .optionsGroup('Rows:')
    .addOption(taskOption())
    .option('--split <name>', 'train (default) or test; of a file all')
    .option('--ds-offset <n>', 'rows to skip at the start of the split', wholeNumber(0), 0)
    .option('--seed <n>', 'of --sample and --pick: the same rows', wholeNumber(0), 0)
    .option('--text-column <name>', 'holds the text (default: usual names)')
    .option('--label-column <name>', 'holds the human label (default: usual names)');
  addPickFlags(command);
  addRequestFlags(addModelFlags(command))
    .optionsGroup('Requests:')
    .option('--batch-export <dir>', 'write the requests, for vllm run-batch, instead')
    .option('--shards <k>', 'files to write them to (default: 1)', wholeNumber(1, 100_000))
    .option('--batch-import <path>', 'take the results of such requests');
  addOutputFlags(command);
  return addLastFlags(command).addHelpText('after', EXAMPLES);
}

/** The `collect` command. */
export async function collectCommand(argv: readonly string[], session: Session): Promise<ExitCode> {
  const command = parseFlags(program(session), argv);
  const flags = command.opts<Flags>();
  const wasGiven = (name: string) => command.getOptionValueSource(name) === 'cli';
  checkPickFlags(flags, wasGiven);
  checkFlags(flags, wasGiven);
  return withSetup(flags, session, async (setup) => {
    const task = await taskOf(flags);
    const priceFile = readPrices(flags);
    const budget = openBudget(flags);
    const name = flags.modelName ?? defaultModel(task, setup.env);
    const sendsNothing = flags.batchExport !== undefined || flags.batchImport !== undefined;
    const settings = { task, priceFile, budget, sendsNothing };
    const model = await openNamedModel(name, flags, setup, settings);
    const dataset = await openNamedDataset(flags, task, setup).catch((error) => {
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
        : { summary: await runCollect(flags, run), rows: expectedRows(run) };
      if (typeof done === 'number') return done;
      const goOn = howToGoOn('collect', argv, setup.env);
      const { conclude } = await import('./collect-end.js');
      return await conclude(done.summary, { ...run, ...done, flags, env: setup.env, budget, goOn });
    } finally {
      dataset.close?.();
    }
  });
}

function checkFlags(flags: Flags, wasGiven: (flag: keyof Flags) => boolean): void {
  const { dataset, out, sample, seed, pick } = flags;
  batchOf(flags);
  checkBatchFlags(flags);
  const { jsonl, table } = labelPaths(out);
  const same = [jsonl, table ?? jsonl].find((path) => resolve(path) === resolve(dataset));
  if (same !== undefined) {
    throw new UserError(`--out and --dataset are the same file, ${same}`, {
      hint: 'write the labels to another file with --out',
    });
  }
  if (sample === undefined && pick === undefined && wasGiven('seed')) {
    throw new UserError(`--seed ${seed} goes with --sample or --pick`, {
      hint: 'add --sample N',
    });
  }
  if (sample !== undefined && (wasGiven('dsOffset') || wasGiven('dsMaxSize'))) {
    throw new UserError('--sample and --ds-offset or --ds-max-size exclude each other', {
      hint: '--sample takes rows from the whole split, the other two a stretch of it: give one or the other',
    });
  }
}

/** What is exported or imported is asked by another runner, and not in batches. */
function checkBatchFlags({ batch, wait, batchExport, batchImport, shards, pick }: Flags): void {
  const [one, other] = [
    ...(batch ? ['--batch'] : []),
    ...(batchExport === undefined ? [] : ['--batch-export']),
    ...(batchImport === undefined ? [] : ['--batch-import']),
  ];
  if (one !== undefined && other !== undefined) {
    throw new UserError(`${one} and ${other} exclude each other`, {
      hint: 'batches are sent to a server; an export is for another runner, whose results are imported',
    });
  }
  const unfit = batchExport ?? batchImport ?? (wait ? undefined : '--no-wait');
  if (pick !== undefined && unfit !== undefined) {
    throw new UserError(
      '--pick chooses by the labels of the round before, and needs them at once',
      {
        hint: 'leave --batch-export, --batch-import and --no-wait out; --batch alone goes with it',
      },
    );
  }
  if (shards !== undefined && batchExport === undefined) {
    throw new UserError(`--shards ${shards} goes with --batch-export`, {
      hint: 'add --batch-export DIR',
    });
  }
}

function selectionOf(
  { sample, seed, dsOffset, dsMaxSize }: Flags,
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
function expectedRows({ selection, dataset: { size = Number.POSITIVE_INFINITY } }: Run): number {
  if (selection.kind === 'sample') return Math.min(selection.size, size);
  return Math.min(selection.maxSize, Math.max(0, size - selection.offset));
}

async function dryRun(flags: Flags, { session, ...run }: Run): Promise<ExitCode> {
  const { estimateCollect } = await import('../collect.js');
  const { out, fresh = false, retryUnanswered = false } = flags;
  const estimate = await estimateCollect({ ...run, out, fresh, retryUnanswered });
  session.print(renderEstimate(estimate, run.model));
  return EXIT.done;
}

async function exportShards(
  flags: Flags & { readonly batchExport: string },
  { session, ...run }: Run,
): Promise<ExitCode> {
  const { exportCollect } = await import('../collect.js');
  const { out, fresh = false, retryUnanswered = false, batchExport, shards } = flags;
  const options = { ...run, out, fresh, retryUnanswered, batchExport, shards };
  session.print(renderExported(await exportCollect(options), run.model.id));
  return EXIT.done;
}

async function runCollect(flags: Flags, run: Run): Promise<CollectSummary> {
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
