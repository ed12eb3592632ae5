import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Env, readEnv } from '../env.js';
import { UserError } from '../errors.js';
import { type PriceFile, parsePrice, readPriceFile } from '../pricing/price-file.js';
import type { Price } from '../pricing/prices.js';
import { PROMPTS, type PromptName } from '../prompts/index.js';
import { Budget } from '../requests/budget.js';
import {
  DEFAULT_CONCURRENCY,
  DEFAULT_MAX_RETRIES,
  DEFAULT_TIMEOUT_MS,
} from '../requests/defaults.js';
import type { Transport } from '../requests/transport.js';
import type { Session } from './main.js';

/** What a command opens first and hands on. */
export interface Setup {
  readonly env: Env;
  readonly transport: Transport;
  readonly session: Session;
}

/** Flags that both commands share, as commander parses them. */
export interface SharedFlags {
  readonly concurrency: number;
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
  readonly prompt?: PromptName;
  readonly logprobs?: boolean;
  readonly verbose?: true;
}

/** A command with help and version. Wrong usage throws instead of exiting. */
export function bareCommand(name: string, description: string, session: Session): Command {
  return new Command(name)
    .description(description)
    .configureOutput({
      writeOut: session.print,
      writeErr: (text) => session.note(text.trimEnd()),
    })
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the flags)')
    .exitOverride();
}

/** A command that asks models, with the flags for it; that which names them comes first. */
export function newCommand(
  name: string,
  description: string,
  { modelOption, session }: { modelOption: Option; session: Session },
): Command {
  return bareCommand(name, description, session)
    .addOption(modelOption)
    .option(
      '--concurrency <n>',
      'requests at a time, at most; it finds out how many the server bears',
      wholeNumber(1),
      DEFAULT_CONCURRENCY,
    )
    .addOption(
      choiceOption(
        '--prompt <name>',
        'ask with this prompt (default: the one that fits the model)',
        Object.keys(PROMPTS),
      ),
    )
    .option('--logprobs', 'ask for the probabilities behind each verdict, and score the rows')
    .option('--no-logprobs', 'do not (default: ask, and do without where they are refused)')
    .option('--rpm <n>', 'requests a minute, at most', wholeNumber(1))
    .option('--tpm <n>', 'tokens a minute, at most, of prompts and answers', wholeNumber(1))
    .option('--timeout <seconds>', 'for one request', positive, DEFAULT_TIMEOUT_MS / 1000)
    .option('--max-retries <n>', 'further tries of a request', wholeNumber(0), DEFAULT_MAX_RETRIES)
    .option('--max-cost <usd>', 'stop before this run would cost more, in dollars', positive)
    .option('--price <in/out>', "the model's price, in dollars per million tokens", price)
    .option('--prices <file>', 'a JSON file of prices, for models that the tool does not know')
    .option('--dry-run', 'say what it would take in rows, tokens and dollars; send nothing')
    .option('--base-url <url>', 'ask any OpenAI-compatible server; -m is then its id for the model')
    .option('--api-key-env <name>', "the variable that holds that server's key")
    .addOption(envFileOption())
    .option('-v, --verbose', 'print each answer with its row, and each retry');
}

/**
 * Reads the environment and opens the connections, runs the work, and closes them.
 *
 * @throws UserError when --api-key-env stands alone, or the environment file cannot be read
 */
export async function withSetup<T>(
  { envFile, baseUrl, apiKeyEnv }: Pick<SharedFlags, 'envFile' | 'baseUrl' | 'apiKeyEnv'>,
  session: Session,
  work: (setup: Setup) => Promise<T>,
): Promise<T> {
  if (apiKeyEnv !== undefined && baseUrl === undefined) {
    throw new UserError(`--api-key-env ${apiKeyEnv} goes with --base-url`, {
      hint: 'name the server with --base-url; the named providers have variables of their own',
    });
  }
  const env = readEnv(envFile, session.env);
  const { openTransport } = await import('../requests/transport.js');
  const transport = openTransport(env);
  try {
    return await work({ env, transport, session });
  } finally {
    await transport.close();
  }
}

/** What a command has to say of a model beside the shared flags. */
export interface ModelSettings {
  readonly noSystemPrompt?: boolean;
  readonly priceFile?: PriceFile | undefined;
  /** One for all models of a run. */
  readonly budget?: Budget | undefined;
}

/** The budget of --max-cost, if there is one. */
export const openBudget = ({ maxCost }: SharedFlags): Budget | undefined =>
  maxCost === undefined ? undefined : new Budget(maxCost);

/** Opens a model of the flags, telling the user what it has to say. */
export async function openNamedModel(
  name: string,
  flags: SharedFlags,
  { env, transport, session }: Setup,
  { budget, priceFile, ...more }: ModelSettings = {},
) {
  const { openModel } = await import('../models/index.js');
  const { concurrency, rpm, tpm, maxRetries, timeout, dryRun = false } = flags;
  return openModel(name, {
    limits: {
      concurrency,
      rpm,
      tpm,
      maxRetries,
      timeoutMs: timeout * 1000,
      budget,
      clock: session.clock,
    },
    prices: { price: flags.price, file: priceFile },
    estimate: dryRun,
    withoutKey: dryRun,
    env,
    transport,
    today: new Date().toISOString().slice(0, 10),
    baseUrl: flags.baseUrl,
    apiKeyEnv: flags.apiKeyEnv,
    ...more,
    prompt: flags.prompt,
    logprobs: flags.logprobs,
    onNote: session.note,
    onDetail: flags.verbose ? session.note : undefined,
  });
}

/** How the user calls a command, so that the next one can be shown the same way. */
export function commandStyle(env: Env): (command: string, flags: string) => string {
  if (env.npm_command === 'run' || env.npm_command === 'run-script') {
    return (command, flags) => `npm run ${command} -- ${flags}`;
  }
  const prefix = env.npm_command === 'exec' ? 'npx ' : '';
  return (command, flags) => `${prefix}${command} ${flags}`;
}

/** A path as a shell takes it. */
export const quotePath = (path: string) =>
  /^[\w./:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;

/** Parses a whole number from `min` up; commander names the flag and the value seen. */
export function wholeNumber(min: number) {
  return (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= min) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} up.`);
  };
}

/** Gathers the values of a flag that may be given more than once. */
export const collectValues = (value: string, before: readonly string[] = []) => [...before, value];

/** Parses a number above 0; commander names the flag and the value seen. */
export function positive(text: string): number {
  const number = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError('It must be a number above 0.');
}

/** As commander wants it: an error of ours would lose the flag's name. */
function price(text: string): Price {
  try {
    return parsePrice(text);
  } catch (error) {
    if (error instanceof UserError) throw new InvalidArgumentError(error.hint ?? error.message);
    throw error;
  }
}

/** The prices of --prices, if there are any. */
export const readPrices = ({ prices }: SharedFlags): PriceFile | undefined =>
  prices === undefined ? undefined : readPriceFile(prices);

/** Parses a fraction from 0 to below 1; commander names the flag and the value seen. */
export function fraction(text: string): number {
  const number = /^(?:0|0?\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (number >= 0 && number < 1) return number;
  throw new InvalidArgumentError('It must be a fraction from 0 to below 1, such as 0.1.');
}

export const envFileOption = () =>
  new Option('--env-file <file>', 'read variables from this file instead of .env');

/** An option whose values come from one list. */
export const choiceOption = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

export const MODEL_HELP = `
Models:
  wordlist                    embedded, needs no key; a floor, not a moderator (default)
  student:FILE                a student that train made; runs here, needs no key
  gpt4, gpt3.5                OpenAI's, or what replaced them; OPENAI_API_KEY
  mistral-7b, mixtral-8x7b,   the first server that is configured and has them: OctoAI's protocol,
  llamaguard                  OpenRouter, Together, DeepInfra, Ollama, vLLM
  openpipe:NAME               a model tuned with OpenPipe, behind OPENPIPE_BASE_URL
  moderation:ID               OpenAI's moderation endpoint, such as omni-moderation-latest
  PROVIDER:ID                 any model of openai, octoai, openrouter, together, deepinfra, groq,
                              mistral, fireworks, ollama, vllm, llamacpp or lmstudio
  --base-url URL -m ID        any other OpenAI-compatible server
Keys and addresses are read from the environment and from .env; .env.example lists them.
`;

export function packageVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
