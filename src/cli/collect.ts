import type { ExitCode } from '../errors.js';
import { type CollectFlags, checkFlags, collectProgram } from './collect-flags.js';
import type { Session } from './main.js';
import { parseFlags } from './options.js';

/** The `collect` command. */
export async function collectCommand(argv: readonly string[], session: Session): Promise<ExitCode> {
  const command = parseFlags(collectProgram(session), argv);
  const flags = command.opts<CollectFlags>();
  checkFlags(flags, (name) => command.getOptionValueSource(name) === 'cli');
  const { runCollect } = await import('./collect-run.js');
  return runCollect(flags, argv, session);
}
