import { Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../errors.js';
import { refuseSpecialFile } from '../files/jsonl.js';
import { CONSTRAIN, type Constrain } from '../models/constraint.js';
import { formOf, MODEL_KINDS } from '../models/kinds.js';
import type { Price } from '../pricing/price.js';
import { PROMPTS, type PromptName } from '../prompts/index.js';
import {
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
} from '../requests/defaults.js';
import type { BatchOptions } from '../run/ask.js';
import { LABEL_SOURCES } from '../terms.js';
import { packageVersion } from '../version.js';
import { renderTerms } from './help-list.js';
import { type Session, withFlags } from './main.js';
import { positive, price, wholeNumber } from './parsers.js';

/** Flags that the commands which ask models share, as commander parses them. */
export interface SharedFlags {
  readonly task?: string;
  readonly concurrency: number;
  readonly batch?: true;
  readonly batchSize?: number;
  readonly wait: boolean;
  readonly baseUrl?: string;
  readonly apiKeyEnv?: string;
  readonly envFile?: string;
  readonly timeout: number;
  readonly maxRetries: number;
  readonly rpm?: number;
  readonly tpm?: number;
  readonly price?: Price;
  readonly prices?: string;
  readonly maxCost?: number;
  readonly dryRun?: true;
  readonly keepGoing?: true;
  readonly prompt?: PromptName;
  readonly logprobs?: boolean;
  readonly constrain?: Constrain;
  readonly verbose?: true;
}

const HELP_WIDTH = 80;

/** A day; a timer holds 24 of them. */
const LONGEST_TIMEOUT_S = 86_400;

/** A command that throws on wrong usage instead of exiting. */
export function bareCommand(name: string, description: string, session: Session): Command {
  return new Command(name)
    .description(description)
    .configureOutput({
      writeOut: session.print,
      writeErr: (text) => session.note(text.trimEnd()),
      getOutHelpWidth: () => HELP_WIDTH,
      getErrHelpWidth: () => HELP_WIDTH,
    })
    .configureHelp({ optionDescription: describe })
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the flags)')
    .exitOverride();
}

/** Flags whose values are files, under the names that commander gives them. */
const FILES = new Set(
  'task calibrate evalFile run trainFile humanLabels thresholdFrom worseThan prices envFile exclude out report student export'.split(
    ' ',
  ),
);

/**
 * Parses the arguments of a command.
 *
 * @throws UserError when a value is empty, or one that names a file names a folder, pipe or device
 */
export function parseFlags(command: Command, argv: readonly string[]): Command {
  command.parse(argv, { from: 'user' });
  for (const option of command.options) {
    const name = option.attributeName();
    for (const value of [command.getOptionValue(name)].flat()) {
      if (value === '') {
        throw new UserError(`${option.long} is empty`, {
          hint: `give it a value, or leave ${option.long} out`,
        });
      }
      if (FILES.has(name) && typeof value === 'string') refuseSpecialFile(value);
    }
  }
  return command;
}

/** The default behind the description, unless the description names it; no list of choices. */
function describe({ description, defaultValue, negate }: Option): string {
  const isNamed = defaultValue === undefined || description.includes('(default');
  return isNamed || negate ? description : `${description} (default: ${defaultValue})`;
}

/** The flags for how a model is asked. */
export const addModelFlags = (command: Command): Command =>
  command
    .optionsGroup('Model:')
    .addOption(
      choiceOption('--prompt <name>', 'ask in this format (default: by the model)', [
        ...Object.keys(PROMPTS),
      ]),
    )
    .option('--logprobs', 'always get scores; --no-logprobs: never')
    .addOption(new Option('--no-logprobs', 'never request log-probabilities').hideHelp())
    .addOption(
      choiceOption('--constrain <when>', 'hold replies to the labels: always, never', [
        ...CONSTRAIN,
      ]),
    )
    .option('--base-url <url>', 'any OpenAI-compatible server; -m is its id')
    .option('--api-key-env <name>', 'the variable with the key of that server')
    .addOption(envFileOption());

/** The flags for how fast a server is asked, and what that may cost. */
export const addRequestFlags = (command: Command): Command =>
  command
    .optionsGroup('Requests:')
    .option(
      '--concurrency <n>',
      'requests at a time, at most',
      wholeNumber(1, 10_000),
      DEFAULT_CONCURRENCY,
    )
    .option('--rpm <n>', 'requests a minute, at most', wholeNumber(1))
    .option('--tpm <n>', 'tokens a minute, at most', wholeNumber(1))
    .option(
      '--timeout <seconds>',
      'for one request',
      positive(LONGEST_TIMEOUT_S),
      DEFAULT_TIMEOUT_MS / 1000,
    )
    .option(
      '--max-retries <n>',
      'further tries of a request',
      wholeNumber(0, 1000),
      DEFAULT_MAX_RETRIES,
    )
    .option('--retry-unanswered', 'ask again every row that got no label')
    .option('--keep-going', 'even if the first replies are all no labels')
    .option('--fresh', 'ask every row again; the old file is renamed')
    .option('--batch', 'in batches: within a day, half the price at OpenAI')
    .option('--batch-size <n>', 'requests in one batch, at most', wholeNumber(1))
    .option('--no-wait', 'submit batches and leave; run again to take them')
    .optionsGroup('Cost:')
    .option('--dry-run', 'print rows, tokens and dollars; send nothing')
    .option('--max-cost <usd>', 'stop before this run costs more dollars', positive(1e9))
    .option('--price <in/out>', "the model's, in dollars per million tokens", price)
    .option('--prices <file>', 'a JSON file of prices by model');

/**
 * How the rows are put in batches; undefined where they are asked at once.
 *
 * @throws UserError when a flag of batches stands without --batch
 */
export function batchOf({ batch, batchSize, wait }: SharedFlags): BatchOptions | undefined {
  if (batch) return { size: batchSize, wait };
  const lonely = batchSize === undefined ? '--no-wait' : `--batch-size ${batchSize}`;
  if (batchSize === undefined && wait) return undefined;
  throw new UserError(`${lonely} goes with --batch`, { hint: 'add --batch' });
}

/** The flags that end the list of every command. */
export const addLastFlags = (command: Command): Command =>
  command
    .version(packageVersion(), '-V, --version', 'print the version')
    .addHelpOption(new Option('-h, --help', 'print this help').helpGroup(LAST_GROUP));

const LAST_GROUP = 'Output:';

/** The flags for what a command that asks models prints. */
export const addOutputFlags = (command: Command): Command =>
  command.optionsGroup(LAST_GROUP).option('-v, --verbose', 'print each answer, and each retry');

/** The flag for what the labels are about. */
export const taskOption = () => new Option('--task <file>', 'your own labels, policy and columns');

export const envFileOption = () =>
  new Option('--env-file <file>', 'keys and addresses of servers (default: .env)');

/** An option whose values come from one list. */
export const choiceOption = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

/** `gpt` is what the 2024 cookbook called its teacher. */
const TEACHERS_OF_OLD: Readonly<Record<string, string>> = { gpt: 'teacher' };

/** An option that says whose labels are meant: people's, or the teacher's. */
export function labelSource(flags: string, description: string): Option {
  return new Option(flags, description).argParser((text) => {
    const source = TEACHERS_OF_OLD[text] ?? text;
    if ((LABEL_SOURCES as readonly string[]).includes(source)) return source;
    throw new InvalidArgumentError(`It must be ${LABEL_SOURCES.join(' or ')}.`);
  });
}

export const MODEL_HELP = `
${renderTerms(
  'Models',
  MODEL_KINDS.map((kind) => ({ term: withFlags(formOf(kind)), meaning: kind.description })),
)}
`;
