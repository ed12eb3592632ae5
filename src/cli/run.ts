import { CommanderError } from 'commander';
import { EXIT, type ExitCode, isSystemError, messageOf, UserError } from '../errors.js';
import { escapeLines } from '../escape.js';
import { hideBar, writeLine } from './progress.js';

/** What a command gets of the process it runs in. */
export interface Session {
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  /** Writes to stdout: the result. */
  print(text: string): void;
  /** Writes a line to stderr: everything else. */
  note(line: string): void;
}

export type Command = (argv: readonly string[], session: Session) => Promise<ExitCode>;

/** A little more than the grace that requests in flight are given. */
const LONGEST_STOP_MS = 6_000;

/** Runs a command with the arguments of the process. The one place that catches and exits. */
export async function run(command: Command): Promise<void> {
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) leaveAtOnce();
    session.note('stopping: finishing what is in flight; Ctrl-C again leaves at once');
    stop.abort();
    // Whatever still hangs then, such as a download: what was answered is on disk.
    setTimeout(leaveAtOnce, LONGEST_STOP_MS).unref();
  };
  const session: Session = {
    signal: stop.signal,
    print: (text) => process.stdout.write(text),
    note: (line) => writeLine(escapeLines(line)),
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.stdout.on('error', (error) => leaveWithoutReader(error, session));
  process.stderr.on('error', () => {}); // Nobody listens any more; the run goes on.
  try {
    process.exitCode = await command(process.argv.slice(2), session);
  } catch (error) {
    process.exitCode = explain(error, session);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** Says what went wrong and returns the exit code. */
export function explain(error: unknown, { note }: Session): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  if (error instanceof UserError) {
    note(`error: ${error.message}`);
    if (error.hint !== undefined) note(`  ${error.hint}`);
    return error.exitCode;
  }
  if (isSystemError(error)) {
    note(`error: ${error.message}`);
    return EXIT.couldNotFinish;
  }
  note(
    `internal error, please report it: ${error instanceof Error ? error.stack : messageOf(error)}`,
  );
  return EXIT.couldNotFinish;
}

function leaveAtOnce(): never {
  hideBar();
  process.exit(EXIT.interrupted);
}

/** A reader such as `head` may close the pipe early; that is its right. A full disk is told. */
function leaveWithoutReader(error: NodeJS.ErrnoException, session: Session): never {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done);
  session.note(`error: cannot write the result: ${error.message}`);
  process.exit(EXIT.couldNotFinish);
}
