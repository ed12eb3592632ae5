import { resolve } from 'node:path';
import { type Command, InvalidArgumentError } from 'commander';
import { UserError } from '../errors.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import type { LabelSource } from '../terms.js';
import type { Session } from './main.js';
import { addLastFlags, bareCommand, envFileOption, labelSource, taskOption } from './options.js';
import { collectValues, fraction, wholeNumber } from './parsers.js';

/** A model for embeddings, as `--embeddings PROVIDER:MODEL` names it. */
export interface EmbedderName {
  readonly provider: string;
  readonly model: string;
}

export interface TrainFlags {
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

/** The flags of `train`. */
export function trainProgram(session: Session): Command {
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
    .optionsGroup('Student:')
    .option('--embeddings <model>', 'add a head on PROVIDER:MODEL embeddings', embedderName)
    .addOption(envFileOption());
  return addLastFlags(command.optionsGroup('Output:')).addHelpText('after', EXAMPLES);
}

/** @throws UserError when the flags do not go together */
export function checkFlags(flags: TrainFlags, wasGiven: (flag: keyof TrainFlags) => boolean): void {
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
  }: {
    wasGiven: (flag: keyof TrainFlags) => boolean;
    flags: Partial<Record<keyof TrainFlags, string>>;
  },
): void {
  for (const [name, flag] of Object.entries(flags)) {
    if (wasGiven(name as keyof TrainFlags)) {
      throw new UserError(`${flag} goes with ${needed}`, { hint: `add ${needed} FILE` });
    }
  }
}

function embedderName(text: string): EmbedderName {
  const [, provider, model] = /^([\w-]+):(.+)$/.exec(text) ?? [];
  if (provider !== undefined && model !== undefined) return { provider, model };
  throw new InvalidArgumentError('It must be PROVIDER:MODEL, such as ollama:nomic-embed-text.');
}
