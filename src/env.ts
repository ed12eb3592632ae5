import { readFileSync } from 'node:fs';
import { parse } from 'dotenv';
import { messageOf, systemCode, UserError } from './errors.js';

/** The variables in force. An empty value counts as unset. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Reads the environment, and behind it `.env` of the working folder (never a parent's), or the
 * file that is named. What the shell sets wins over the file.
 *
 * @param shell - the variables of the process
 * @throws UserError when a named file cannot be read
 */
export function readEnv(envFile?: string, shell: Env = process.env): Env {
  return { ...nonEmpty(readEnvFile(envFile)), ...nonEmpty(shell) };
}

function readEnvFile(envFile: string | undefined): Record<string, string> {
  try {
    return parse(readFileSync(envFile ?? '.env'));
  } catch (error) {
    if (envFile === undefined && systemCode(error) === 'ENOENT') return {};
    throw new UserError(
      `cannot read the environment file ${envFile ?? '.env'}: ${messageOf(error)}`,
      {
        hint: 'name a file that exists with `envFile`, or copy .env.example to .env',
        cause: error,
      },
    );
  }
}

function nonEmpty(variables: Env): Record<string, string> {
  const entries = Object.entries(variables).flatMap(([name, value]) => {
    const trimmed = value?.trim();
    return trimmed ? [[name, trimmed] as const] : [];
  });
  return Object.fromEntries(entries);
}
