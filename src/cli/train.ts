import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { InvalidArgumentError, type Command as Program } from 'commander';
import { readEnv } from '../env.js';
import { EXIT, type ExitCode, UserError } from '../errors.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import type { LabelSource } from '../records.js';
import type { Embedder } from '../student/embedding-head.js';
import type { CachedEmbedder } from '../student/embedding-store.js';
import type { TrainSummary } from '../train.js';
import type { Command, Session } from './main.js';
import {
  addLastFlags,
  bareCommand,
  envFileOption,
  labelSource,
  parseFlags,
  taskOption,
} from './options.js';
import { collectValues, fraction, wholeNumber } from './parsers.js';
import type { Progress } from './progress.js';
import { commandStyle, type Setup, taskOf, withSetup } from './setup.js';
import { type Following, renderTrainingReport, renderTrainSummary } from './train-summary.js';

/** A model for embeddings, as `--embeddings PROVIDER:MODEL` names it. */
export interface EmbedderName {
  readonly provider: string;
  readonly model: string;
}

/** Opens the embedder of a name; checks it and its key before anything is sent. */
export type OpenEmbedder = (name: EmbedderName, setup: Setup) => Promise<Embedder>;

interface Flags {
  readonly task?: string;
  readonly trainFile: string;
  readonly exclude?: readonly string[];
  readonly labels: LabelSource;
  readonly export?: string;
  readonly prune?: true;
  readonly testFraction?: number;
  readonly student?: string;
  readonly embeddings?: EmbedderName;
  readonly seed: number;
  readonly envFile?: string;
}

const EXAMPLES = `
Examples:
  train --student outputs/student.json --exclude outputs/test.jsonl
  train --train-file outputs/gpt4-train.jsonl --export chat.jsonl --prune
The student runs without a service; fine-tuning tools read the chat file.
Rows that are set aside are not learned: evaluate judges the student by them.`;

const SET_ASIDE = 'the part set aside (default: 0.2; 0 with --exclude)';

function program(withEmbeddings: boolean, session: Session): Program {
  const command = bareCommand(
    'train',
    'Make a student of labels, or a chat file for fine-tuning.',
    session,
  )
    .option('--train-file <file>', 'the label file', 'outputs/outputs.jsonl')
    .option('--exclude <file>', 'skip rows with a text of this file; repeatable', collectValues)
    .addOption(
      labelSource('--labels <whose>', 'teacher or human: whose to learn').default('teacher'),
    )
    .option('--student <file>', 'write a student')
    .option('--export <file>', 'write the rows as chats, in JSONL');
  command
    .optionsGroup('Rows:')
    .addOption(taskOption())
    .option('--test-fraction <part>', SET_ASIDE, fraction)
    .option('--seed <n>', 'of folds and rows set aside', wholeNumber(0), 0)
    .optionsGroup('Chats:')
    .option('--prune', 'leave the instruction out')
    .optionsGroup('Student:');
  if (withEmbeddings) {
    command
      .option('--embeddings <model>', 'add a head on PROVIDER:MODEL embeddings', embedderName)
      .addOption(envFileOption());
  }
  return addLastFlags(command.optionsGroup('Output:')).addHelpText('after', EXAMPLES);
}

/**
 * The `train` command.
 *
 * @param openEmbedder - opens the model of --embeddings; without it there is no such flag
 */
export const trainCommand =
  (openEmbedder?: OpenEmbedder): Command =>
  async (argv, session) => {
    const command = parseFlags(program(openEmbedder !== undefined, session), argv);
    const flags = command.opts<Flags>();
    checkFlags(flags, (name) => command.getOptionValueSource(name) === 'cli');
    const { embeddings } = flags;
    if (!openEmbedder || !embeddings) return runAndReport(flags, session);
    return withSetup(flags, session, async (setup) => {
      const { openCachedEmbedder } = await import('../student/embedding-store.js');
      const embedder = await openCachedEmbedder(await openEmbedder(embeddings, setup));
      try {
        return await runAndReport(flags, session, embedder);
      } finally {
        embedder.close();
      }
    });
  };

function checkFlags(flags: Flags, wasGiven: (flag: keyof Flags) => boolean): void {
  const { student, export: exportFile, trainFile, exclude = [] } = flags;
  if (student === undefined && exportFile === undefined) {
    throw new UserError('neither --student nor --export is given', {
      hint: 'add --student outputs/student.json, --export outputs/chat.jsonl, or both',
    });
  }
  if (exportFile === undefined) refuseWithout('--export', { wasGiven, flags: EXPORT_FLAGS });
  if (student === undefined) refuseWithout('--student', { wasGiven, flags: STUDENT_FLAGS });
  const outputs = { '--student': student, '--export': exportFile };
  const inputs = [trainFile, ...exclude].map((file) => resolve(file));
  for (const [flag, file] of Object.entries(outputs)) {
    if (file === undefined) continue;
    refuseSpecialFile(file);
    if (inputs.includes(resolve(file))) {
      throw new UserError(`${flag} ${file} is also a file to read, and would be overwritten`, {
        hint: `name another file with ${flag}`,
      });
    }
  }
  if (student !== undefined && exportFile !== undefined && resolve(student) === resolve(exportFile))
    throw new UserError(`--student and --export are the same file, ${student}`, {
      hint: 'name another file with one of them',
    });
}

const EXPORT_FLAGS = { prune: '--prune' } as const;
const STUDENT_FLAGS = { embeddings: '--embeddings' } as const;

function refuseWithout(
  needed: string,
  {
    wasGiven,
    flags,
  }: { wasGiven: (flag: keyof Flags) => boolean; flags: Partial<Record<keyof Flags, string>> },
): void {
  for (const [name, flag] of Object.entries(flags)) {
    if (wasGiven(name as keyof Flags)) {
      throw new UserError(`${flag} goes with ${needed}`, { hint: `add ${needed} FILE` });
    }
  }
}

async function runAndReport(
  flags: Flags,
  session: Session,
  embedder?: CachedEmbedder,
): Promise<ExitCode> {
  const summary = await runTrain(flags, session, embedder);
  if (summary === undefined) {
    session.note('stopped early: no student was written; run the same command again');
    return EXIT.interrupted;
  }
  if (summary.trained) session.print(renderTrainingReport(summary.trained.student));
  session.note(
    renderTrainSummary(summary, {
      commandStyle: commandStyle(readEnv(flags.envFile, session.env), flags.task),
      evalFile: evalFileOf(flags, summary),
      wantsTest: flags.testFraction === undefined ? !flags.exclude : flags.testFraction > 0,
      embedded: embedder?.count(),
    }),
  );
  return EXIT.done;
}

/**
 * What to evaluate on next: the rows that were set aside, or a file that was excluded, or else one
 * that is not trained on.
 */
function evalFileOf({ exclude, trainFile }: Flags, { test }: TrainSummary): Following['evalFile'] {
  if (test?.file != null) {
    const hasHuman = test.rows.some(({ true_label }) => true_label !== null);
    return { path: test.file, exists: true, ...(hasHuman ? {} : { trueLabels: 'teacher' }) };
  }
  const [excluded] = exclude ?? [];
  if (excluded !== undefined) return { path: excluded, exists: true };
  const isTaken = resolve(trainFile) === resolve('outputs/test.jsonl');
  const path = isTaken ? 'outputs/eval.jsonl' : 'outputs/test.jsonl';
  return { path, exists: existsSync(path) };
}

/** @returns undefined when interrupted */
async function runTrain(
  flags: Flags,
  session: Session,
  embedder: Embedder | undefined,
): Promise<TrainSummary | undefined> {
  const { train } = await import('../train.js');
  const { prune = false } = flags;
  let progress: Progress | undefined;
  try {
    return await train(
      {
        ...flags,
        task: await taskOf(flags),
        exportTo: flags.export ? { out: flags.export, prune } : undefined,
        studentTo: flags.student,
        embedder,
        signal: session.signal,
      },
      {
        onFit(done, total) {
          progress ??= session.startProgress('train', { total, unit: 'fits' });
          progress.update(done);
        },
      },
    );
  } catch (error) {
    if (session.signal.aborted) return undefined;
    throw error;
  } finally {
    progress?.stop();
  }
}

function embedderName(text: string): EmbedderName {
  const [, provider, model] = /^([\w-]+):(.+)$/.exec(text) ?? [];
  if (provider !== undefined && model !== undefined) return { provider, model };
  throw new InvalidArgumentError('It must be PROVIDER:MODEL, such as ollama:nomic-embed-text.');
}
