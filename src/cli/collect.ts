import { resolve } from 'node:path';
import type { CollectSummary } from '../collect.js';
import type { Dataset } from '../datasets/index.js';
import type { Selection } from '../datasets/selection.js';
import { EXIT, type ExitCode, UserError } from '../errors.js';
import type { Model } from '../models/index.js';
import {
  countLabelled,
  countRows,
  countUnanswered,
  renderCollectSummary,
} from './collect-summary.js';
import {
  commandStyle,
  MODEL_HELP,
  newCommand,
  openNamedModel,
  type Setup,
  type SharedFlags,
  wholeNumber,
  withSetup,
} from './options.js';
import { type Progress, startProgress } from './progress.js';
import type { Session } from './run.js';
import { renderVerdict } from './verdict-line.js';

interface Flags extends SharedFlags {
  readonly dataset: string;
  readonly split?: string;
  readonly textColumn?: string;
  readonly labelColumn?: string;
  readonly dsOffset: number;
  readonly dsMaxSize: number;
  readonly sample?: number;
  readonly seed: number;
  readonly out: string;
  readonly fresh?: true;
  readonly retryUnanswered?: true;
}

const EXAMPLES = `
Datasets:
  toxicchat                   LMSYS ToxicChat 0124, downloaded once to data/cache/ (default)
  sample                      240 rows written for this tool, to try it with
  hf:OWNER/NAME[:CONFIG]      any text dataset of the Hugging Face Hub
  FILE                        a .csv, .jsonl or .parquet file
${MODEL_HELP}
Examples:
  collect -m gpt4 --ds-offset 0 --ds-max-size 100
  collect -m gpt4 --sample 1000 --seed 7 --out outputs/gpt4-train.jsonl
  collect --dataset sample --out outputs/sample.jsonl
Run the same command again to go on where it stopped.`;

function program() {
  return newCommand('collect', 'Label rows of a dataset with a model, into a JSONL file.')
    .option('--dataset <name>', 'the rows to label; see the list below', 'toxicchat')
    .option(
      '--split <name>',
      'the split to read: train or test (default: train; a file: all of it)',
    )
    .option('--text-column <name>', 'the column that holds the text (default: the usual names)')
    .option(
      '--label-column <name>',
      'the column that holds the human label (default: the usual names)',
    )
    .option('--ds-offset <n>', 'rows to pass over at the start of the split', wholeNumber(0), 0)
    .option('--ds-max-size <n>', 'rows to take from there', wholeNumber(1), 50)
    .option('--sample <n>', 'take a uniform sample of the split instead', wholeNumber(1))
    .option('--seed <n>', 'the seed of --sample: the same rows everywhere', wholeNumber(0), 0)
    .option('--out <file>', 'the JSONL file to append to', 'outputs/outputs.jsonl')
    .option('--fresh', 'start the file anew; the old one is kept under another name')
    .option('--retry-unanswered', 'ask again every row that got no label')
    .addHelpText('after', EXAMPLES);
}

/** The `collect` command. */
export async function collectCommand(argv: readonly string[], session: Session): Promise<ExitCode> {
  const command = program().parse(argv, { from: 'user' });
  const flags = command.opts<Flags>();
  const selection = selectionOf(flags, (name) => command.getOptionValueSource(name) === 'cli');
  if (resolve(flags.out) === resolve(flags.dataset)) {
    throw new UserError(`--out and --dataset are the same file, ${flags.out}`, {
      hint: 'write the labels to another file with --out',
    });
  }
  return withSetup(flags, session, async (setup) => {
    const model = await openNamedModel(flags, setup);
    const dataset = await openNamedDataset(flags, setup);
    if (dataset.headWarning !== undefined && takesHead(selection, dataset)) {
      session.note(`note: ${dataset.headWarning}`);
    }
    const summary = await runCollect(flags, { model, dataset, selection, session });
    session.note(renderCollectSummary(summary, { commandStyle: commandStyle(setup.env) }));
    return exitCodeOf(summary);
  });
}

function selectionOf(flags: Flags, wasGiven: (flag: keyof Flags) => boolean): Selection {
  const { sample, seed, dsOffset: offset, dsMaxSize: maxSize } = flags;
  if (sample === undefined) {
    if (!wasGiven('seed')) return { kind: 'range', offset, maxSize };
    throw new UserError(`--seed ${seed} goes with --sample`, { hint: 'add --sample N' });
  }
  if (!wasGiven('dsOffset') && !wasGiven('dsMaxSize'))
    return { kind: 'sample', size: sample, seed };
  throw new UserError('--sample and --ds-offset or --ds-max-size exclude each other', {
    hint: '--sample takes rows from the whole split, the other two a stretch of it: give one or the other',
  });
}

const takesHead = (selection: Selection, { size = Number.POSITIVE_INFINITY }: Dataset) =>
  selection.kind === 'range' && selection.offset + selection.maxSize < size;

/** At most: the dataset may end before. */
function expectedRows(selection: Selection, { size = Number.POSITIVE_INFINITY }: Dataset): number {
  if (selection.kind === 'sample') return Math.min(selection.size, size);
  return Math.min(selection.maxSize, Math.max(0, size - selection.offset));
}

async function openNamedDataset(
  flags: Flags,
  { env, transport, session }: Setup,
): Promise<Dataset> {
  const { openDataset } = await import('../datasets/index.js');
  let progress: Progress | undefined;
  const onDownload = (received: number, total: number | undefined) => {
    progress ??= startProgress('downloading ToxicChat', {
      total: total && total / 1e6,
      unit: 'MB',
    });
    progress.update(received / 1e6);
  };
  try {
    return await openDataset(flags.dataset, {
      ...flags,
      env,
      fetch: transport.fetch,
      onNote: session.note,
      onDownload,
    });
  } finally {
    progress?.stop();
  }
}

async function runCollect(
  flags: Flags,
  {
    model,
    dataset,
    selection,
    session,
  }: {
    model: Model;
    dataset: Dataset;
    selection: Selection;
    session: Session;
  },
): Promise<CollectSummary> {
  const { collect } = await import('../collect.js');
  const progress = startProgress('collect', {
    total: expectedRows(selection, dataset),
    unit: 'rows',
    silent: flags.verbose ?? false,
  });
  let soFar: CollectSummary | undefined;
  const onProgress = (summary: CollectSummary) => {
    soFar = summary;
    const unanswered = countUnanswered(summary);
    progress.update(
      countRows(summary) + summary.skipped,
      unanswered > 0 ? `${unanswered} unanswered` : undefined,
    );
  };
  try {
    return await collect({
      dataset,
      selection,
      model,
      out: flags.out,
      fresh: flags.fresh ?? false,
      retryUnanswered: flags.retryUnanswered ?? false,
      concurrency: flags.concurrency,
      signal: session.signal,
      onNote: session.note,
      onSkip: onProgress,
      onRow(sample, verdict, summary) {
        if (flags.verbose) session.note(renderVerdict(sample, verdict));
        onProgress(summary);
      },
    });
  } catch (error) {
    if (soFar && countRows(soFar) > 0) {
      const kept = `${countLabelled(soFar)} labels and ${countUnanswered(soFar)} unanswered rows`;
      session.note(`kept before it stopped: ${kept}`);
    }
    throw soFar && countRows(soFar) > 0 ? afterSending(error) : error;
  } finally {
    progress.stop();
  }
}

/** Once rows were sent, bad input is no longer a run in which nothing was sent. */
function afterSending(error: unknown): unknown {
  if (!(error instanceof UserError) || error.exitCode !== EXIT.badInput) return error;
  const { message, hint } = error;
  return new UserError(message, {
    exitCode: EXIT.couldNotFinish,
    cause: error,
    ...(hint === undefined ? {} : { hint }),
  });
}

function exitCodeOf(summary: CollectSummary): ExitCode {
  if (summary.interrupted) return EXIT.interrupted;
  const nothingLabelled = countRows(summary) > 0 && countLabelled(summary) === 0;
  return nothingLabelled || summary.retryable > 0 ? EXIT.couldNotFinish : EXIT.done;
}
