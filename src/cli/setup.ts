import { type Env, readEnv } from '../env.js';
import { UserError } from '../errors.js';
import { ALIASES } from '../models/aliases.js';
import type { Model } from '../models/index.js';
import { WORDLIST } from '../models/kinds.js';
import { configuredTarget } from '../models/resolve.js';
import { type PriceFile, readPriceFile } from '../pricing/price-file.js';
import { Budget } from '../requests/budget.js';
import type { Transport } from '../requests/transport.js';
import { keepSecrets } from '../secrets/redact.js';
import { secretsInAddress, secretsOf } from '../secrets/values.js';
import { isBuiltIn, type Task, TOXICITY } from '../task/task.js';
import type { Session } from './main.js';
import type { SharedFlags } from './options.js';

/** What a command opens first and hands on. */
export interface Setup {
  readonly env: Env;
  readonly transport: Transport;
  readonly session: Session;
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
  keepSecrets(secretsInAddress(baseUrl ?? ''));
  const env = readEnv(envFile, session.env);
  keepSecrets([apiKeyEnv === undefined ? undefined : env[apiKeyEnv], ...secretsOf(env)]);
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
  readonly task: Task;
  readonly noSystemPrompt?: boolean;
  readonly priceFile?: PriceFile | undefined;
  /** Its requests are only written, or its results read. */
  readonly sendsNothing?: boolean;
  /** One for all models of a run. */
  readonly budget?: Budget | undefined;
}

/** The task of --task; toxicity where there is none, and then nothing to read YAML is loaded. */
export async function taskOf({ task }: { readonly task?: string }): Promise<Task> {
  if (task === undefined) return TOXICITY;
  const { readTask } = await import('../task/task-file.js');
  return readTask(task);
}

/**
 * The model where -m names none: the built-in one, which knows the built-in task.
 *
 * @throws UserError with the models that are configured when the task is another
 */
export function defaultModel(task: Task, env: Env): string {
  if (isBuiltIn(task)) return WORDLIST;
  const today = new Date().toISOString().slice(0, 10);
  const configured = Object.keys(ALIASES).filter((name) => configuredTarget(name, { env, today }));
  throw new UserError(
    `the task ${task.name} needs a model: ${WORDLIST}, the default, finds profanity alone`,
    {
      hint:
        configured.length > 0
          ? `name one with -m; ${configured.join(', ')} ${configured.length === 1 ? 'is' : 'are'} configured here`
          : 'name one with -m; none is configured here, and --help says what each needs',
    },
  );
}

/** The budget of --max-cost, if there is one. */
export const openBudget = ({ maxCost }: SharedFlags): Budget | undefined =>
  maxCost === undefined ? undefined : new Budget(maxCost);

/** The prices of --prices, if there are any. */
export const readPrices = ({ prices }: Pick<SharedFlags, 'prices'>): PriceFile | undefined =>
  prices === undefined ? undefined : readPriceFile(prices);

/** Opens a model of the flags, telling the user what it has to say. */
export async function openNamedModel(
  name: string,
  flags: SharedFlags,
  { env, transport, session }: Setup,
  { budget, priceFile, sendsNothing = false, ...more }: ModelSettings,
): Promise<Model> {
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
    batch: flags.batch,
    estimate: dryRun,
    withoutKey: dryRun || sendsNothing,
    env,
    transport,
    today: new Date().toISOString().slice(0, 10),
    baseUrl: flags.baseUrl,
    apiKeyEnv: flags.apiKeyEnv,
    ...more,
    prompt: flags.prompt,
    logprobs: flags.logprobs,
    constrain: flags.constrain,
    onNote: session.note,
    onDetail: flags.verbose ? session.note : undefined,
  });
}

/**
 * How the user calls a command, so that the next one can be shown the same way.
 *
 * @param task - its file, which the next command needs too
 */
export function commandStyle(env: Env, task?: string): (command: string, flags: string) => string {
  const more = task === undefined ? '' : ` --task ${quotePath(task)}`;
  if (env.npm_command === 'run' || env.npm_command === 'run-script') {
    return (command, flags) => `npm run ${command} -- ${flags}${more}`;
  }
  const prefix = env.npm_command === 'exec' ? 'npx ' : '';
  return (command, flags) => `${prefix}${command} ${flags}${more}`;
}

const SAME_COMMAND = 'run the same command again';

/**
 * How to go on with a run that stopped. With --fresh the same command would ask, and pay for, every
 * row again, so the command without it is shown.
 */
export function howToGoOn(command: string, argv: readonly string[], env: Env): string {
  if (!argv.includes('--fresh')) return SAME_COMMAND;
  const flags = argv.filter((flag) => flag !== '--fresh').map(quotePath);
  return `run ${commandStyle(env)(command, flags.join(' '))}`;
}

/** The error with that in its hint. */
export function withWayToGoOn(error: unknown, goOn: string): unknown {
  if (!(error instanceof UserError) || !error.hint?.includes(SAME_COMMAND)) return error;
  const { message, exitCode } = error;
  const hint = error.hint.replace(SAME_COMMAND, () => goOn);
  return new UserError(message, { hint, exitCode, cause: error });
}

/** A path as a shell takes it. */
export const quotePath = (path: string) =>
  /^[\w./:-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
