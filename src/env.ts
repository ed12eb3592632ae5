import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { messageOf, systemCode, UserError } from './errors.js';

/** The variables in force. An empty value counts as unset. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment, and behind it `.env` of the working folder (never a parent's), or the
 * file named by `--env-file`. What the shell sets wins over the file.
 *
 * @throws UserError when a named file cannot be read
 */
export function readEnv(envFile?: string): Env {
  return { ...nonEmpty(readEnvFile(envFile)), ...nonEmpty(process.env) };
}

function readEnvFile(envFile: string | undefined): Record<string, string> {
  try {
    return parse(readFileSync(envFile ?? '.env'));
  } catch (error) {
    if (envFile === undefined && systemCode(error) === 'ENOENT') return {};
    throw new UserError(
      `cannot read the environment file ${envFile ?? '.env'}: ${messageOf(error)}`,
      {
        hint: 'name a file that exists with --env-file, or copy .env.example to .env',
        cause: error,
      },
    );
  }
}

function nonEmpty(variables: Record<string, string | undefined>): Record<string, string> {
  const entries = Object.entries(variables).flatMap(([name, value]) => {
    const trimmed = value?.trim();
    return trimmed ? [[name, trimmed] as const] : [];
  });
  return Object.fromEntries(entries);
}
