import { resolve } from 'node:path';
import type { Command } from 'commander';
import { DATASET_KINDS } from '../datasets/kinds.js';
import { UserError } from '../errors.js';
import { labelPaths } from '../labels/label-paths.js';
import { renderTerms } from './help-list.js';
import type { Session } from './main.js';
import type { DatasetFlags } from './named-dataset.js';
import {
  addLastFlags,
  addModelFlags,
  addOutputFlags,
  addRequestFlags,
  bareCommand,
  batchOf,
  MODEL_HELP,
  taskOption,
} from './options.js';
import { rowCount, wholeNumber } from './parsers.js';
import { addPickFlags, checkPickFlags, type PickFlags } from './pick-flags.js';

export interface CollectFlags extends PickFlags, DatasetFlags {
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

/** The flags of `collect`. */
export function collectProgram(session: Session): Command {
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

/** @throws UserError when the flags do not go together */
export function checkFlags(flags: CollectFlags, wasGiven: (flag: string) => boolean): void {
  checkPickFlags(flags, wasGiven);
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
function checkBatchFlags({
  batch,
  wait,
  batchExport,
  batchImport,
  shards,
  pick,
}: CollectFlags): void {
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
