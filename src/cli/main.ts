import { CommanderError } from 'commander';
import type { Env } from '../env.js';
import { EXIT, type ExitCode, isSystemError, messageOf, UserError } from '../errors.js';
import { type Clock, systemClock } from '../requests/clock.js';
import { keepSecrets, redact } from '../secrets/redact.js';
import { secretsOf } from '../secrets/values.js';
import { escapeLines } from '../text.js';
import { type Progress, type ProgressOptions, Screen } from './progress.js';

/** What is piped in, or typed. */
export type Stdin = AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };

/** What a command gets of the process it runs in. */
export interface Session {
  /** The variables of the process. */
  readonly env: Env;
  /** Aborted by the first Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Default: that of the process. */
  readonly stdin?: Stdin;
  /** Writes to stdout: the result. */
  print(text: string): void;
  /** Writes a line to stderr: everything else. */
  note(line: string): void;
  /** Shows on stderr how far a piece of work has come. */
  startProgress(label: string, options: ProgressOptions): Progress;
}

export type Command = (argv: readonly string[], session: Session) => Promise<ExitCode>;

/** A little more than the grace that requests in flight are given. */
const LONGEST_STOP_MS = 6_000;

/** Runs a command as a process: its arguments, its signals, its streams, its exit code. */
export async function main(command: Command): Promise<void> {
  const stop = new AbortController();
  const screen = new Screen(process.stderr, systemClock.now);
  const leaveAtOnce = () => {
    screen.hideBar();
    process.exit(EXIT.interrupted);
  };
  const onSignal = () => {
    if (stop.signal.aborted) leaveAtOnce();
    session.note('stopping: finishing what is in flight; Ctrl-C again leaves at once');
    stop.abort();
    // Whatever still hangs then, such as a download: what was answered is on disk.
    setTimeout(leaveAtOnce, LONGEST_STOP_MS).unref();
  };
  const session = openSession(screen, {
    env: process.env,
    signal: stop.signal,
    clock: systemClock,
    print: (text) => process.stdout.write(text),
  });
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  process.stdout.on('error', (error) => leaveWithoutReader(error, session));
  process.stderr.on('error', () => {}); // Nobody listens any more; the run goes on.
  try {
    process.exitCode = await runCommand(command, process.argv.slice(2), session);
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

/** A session whose notes and progress share one screen. No text leaves it raw, or with a secret. */
export const openSession = (
  screen: Screen,
  given: Omit<Session, 'note' | 'startProgress'>,
): Session => ({
  ...given,
  print: (text) => given.print(redact(text)),
  note: (line) => screen.writeLine(escapeLines(redact(line))),
  startProgress: (label, options) => screen.startProgress(redact(label), options),
});

/** Runs a command to its exit code. The one place that catches. */
export async function runCommand(
  command: Command,
  argv: readonly string[],
  session: Session,
): Promise<ExitCode> {
  keepSecrets(secretsOf(session.env));
  try {
    return await command(argv, session);
  } catch (error) {
    return explain(error, session);
  }
}

/** Says what went wrong and returns the exit code. */
export function explain(error: unknown, { note }: Session): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
  if (error instanceof UserError) {
    note(`error: ${withFlags(error.message)}`);
    if (error.hint !== undefined) note(`  ${withFlags(error.hint)}`);
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

/** Options of the core whose flags have names of their own. */
const FLAGS: Readonly<Record<string, string>> = {
  model: '-m',
  offset: '--ds-offset',
  maxSize: '--ds-max-size',
};

/** The core names options as its callers do, `trueLabels`; a user types --true-labels. */
export const withFlags = (text: string): string =>
  text.replace(/`([a-z][a-zA-Z]*)`/g, (_, option: string) => FLAGS[option] ?? `--${kebab(option)}`);

const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A reader such as `head` may close the pipe early; that is its right. A full disk is told. */
function leaveWithoutReader(error: NodeJS.ErrnoException, session: Session): never {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? EXIT.done);
  session.note(`error: cannot write the result: ${error.message}`);
  process.exit(EXIT.couldNotFinish);
}
