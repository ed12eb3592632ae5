import type { ExitCode } from '../errors.js';
import type { Session } from './main.js';
import type { OpenEmbedder } from './named-embedder.js';
import { parseFlags } from './options.js';
import { checkFlags, type TrainFlags, trainProgram } from './train-flags.js';

/**
 * The `train` command.
 *
 * @param openEmbedder - opens the model of --embeddings. Default: at its provider
 */
export async function trainCommand(
  argv: readonly string[],
  session: Session,
  openEmbedder?: OpenEmbedder,
): Promise<ExitCode> {
  const command = parseFlags(trainProgram(session), argv);
  const flags = command.opts<TrainFlags>();
  checkFlags(flags, (name) => command.getOptionValueSource(name) === 'cli');
  const { runTrain } = await import('./train-run.js');
  return runTrain(flags, session, openEmbedder);
}
