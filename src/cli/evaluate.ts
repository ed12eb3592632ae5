import type { ExitCode } from '../errors.js';
import { checkFlags, type EvaluateFlags, evaluateProgram } from './evaluate-flags.js';
import type { Session } from './main.js';
import { parseFlags } from './options.js';

/** The `evaluate` command. */
export async function evaluateCommand(
  argv: readonly string[],
  session: Session,
): Promise<ExitCode> {
  const flags = parseFlags(evaluateProgram(session), argv).opts<EvaluateFlags>();
  checkFlags(flags);
  const { runEvaluate } = await import('./evaluate-run.js');
  return runEvaluate(flags, argv, session);
}
