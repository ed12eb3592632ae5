import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { type Env, readEnv } from '../env.js';
import { UserError } from '../errors.js';
import type { Transport } from '../requests/transport.js';
import type { Session } from './run.js';

/** What a command opens first and hands on. */
export interface Setup {
  readonly env: Env;
  readonly transport: Transport;
  readonly session: Session;
}

/** Flags that both commands share, as commander parses them. */
export interface SharedFlags {
  readonly modelName: string;
  readonly concurrency: number;
  readonly baseUrl?: string;
  readonly apiKeyEnv?: string;
  readonly envFile?: string;
  readonly verbose?: true;
}

const DEFAULT_CONCURRENCY = 8;

/** A command with the flags that both share. Wrong usage throws instead of exiting. */
export function newCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .version(packageVersion(), '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .option(
      '-m, --model-name <name>',
      'the model that judges the texts; see the list below',
      'wordlist',
    )
    .option('--concurrency <n>', 'requests at a time', wholeNumber(1), DEFAULT_CONCURRENCY)
    .option('--base-url <url>', 'ask any OpenAI-compatible server; -m is then its id for the model')
    .option('--api-key-env <name>', "the variable that holds that server's key")
    .option('--env-file <file>', 'read variables from this file instead of .env')
    .option('-v, --verbose', 'print each answer with its row, and each retry')
    .allowExcessArguments(false)
    .showHelpAfterError('(--help lists the flags)')
    .exitOverride();
}

/**
 * Reads the environment and opens the connections, runs the work, and closes them.
 *
 * @throws UserError when --api-key-env stands alone, or the environment file cannot be read
 */
export async function withSetup<T>(
  { envFile, baseUrl, apiKeyEnv }: SharedFlags,
  session: Session,
  work: (setup: Setup) => Promise<T>,
): Promise<T> {
  if (apiKeyEnv !== undefined && baseUrl === undefined) {
    throw new UserError(`--api-key-env ${apiKeyEnv} goes with --base-url`, {
      hint: 'name the server with --base-url; the named providers have variables of their own',
    });
  }
  const env = readEnv(envFile);
  const { openTransport } = await import('../requests/transport.js');
  const transport = openTransport(env);
  try {
    return await work({ env, transport, session });
  } finally {
    await transport.close();
  }
}

/** Opens the model of the flags, telling the user what it has to say. */
export async function openNamedModel(
  flags: SharedFlags,
  { env, transport, session }: Setup,
  { noSystemPrompt = false } = {},
) {
  const { openModel } = await import('../models/index.js');
  return openModel(flags.modelName, {
    env,
    transport,
    today: new Date().toISOString().slice(0, 10),
    baseUrl: flags.baseUrl,
    apiKeyEnv: flags.apiKeyEnv,
    noSystemPrompt,
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

/** Parses a whole number from `min` up; commander names the flag and the value seen. */
export function wholeNumber(min: number) {
  return (text: string): number => {
    const number = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (Number.isSafeInteger(number) && number >= min) return number;
    throw new InvalidArgumentError(`It must be a whole number from ${min} up.`);
  };
}

/** An option whose values come from one list. */
export const choiceOption = (flags: string, description: string, choices: readonly string[]) =>
  new Option(flags, description).choices(choices);

export const MODEL_HELP = `
Models:
  wordlist                    embedded, needs no key; a floor, not a moderator (default)
  gpt4, gpt3.5                OpenAI's, or what replaced them; OPENAI_API_KEY
  mistral-7b, mixtral-8x7b,   the first server that is configured and has them: OctoAI's protocol,
  llamaguard                  OpenRouter, Together, DeepInfra, Ollama, vLLM
  openpipe:NAME               a model tuned with OpenPipe, behind OPENPIPE_BASE_URL
  PROVIDER:ID                 any model of openai, octoai, openrouter, together, deepinfra, groq,
                              mistral, fireworks, ollama, vllm, llamacpp or lmstudio
  --base-url URL -m ID        any other OpenAI-compatible server
Keys and addresses are read from the environment and from .env; .env.example lists them.
`;

function packageVersion(): string {
  const file = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
