import type { ExitCode } from '../errors.js';
import { type CascadeFlags, cascadeProgram } from './cascade-flags.js';
import type { Session } from './main.js';
import { parseFlags } from './options.js';

/** The `cascade` command. */
export async function cascadeCommand(argv: readonly string[], session: Session): Promise<ExitCode> {
  const flags = parseFlags(cascadeProgram(session), argv).opts<CascadeFlags>();
  const { runCascade } = await import('./cascade-run.js');
  return runCascade(flags, session);
}
