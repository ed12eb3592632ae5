/** What the shell is told. The table in the README explains each to a user. */
export const EXIT = {
  done: 0,
  belowGate: 1,
  badInput: 2,
  couldNotFinish: 3,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * An error the user can fix: one line on what was wrong with the value seen, and a hint on what
 * to do. It is printed without a stack; any other error is a defect and shows its own.
 *
 * An option is named as the caller of a function knows it, in backticks: `trueLabels`. A command
 * shows its flag instead.
 */
export class UserError extends Error {
  readonly hint: string | undefined;
  readonly exitCode: ExitCode;

  constructor(
    message: string,
    {
      hint,
      exitCode = EXIT.badInput,
      cause,
    }: { hint?: string; exitCode?: ExitCode; cause?: unknown } = {},
  ) {
    super(message, { cause });
    this.name = 'UserError';
    this.hint = hint;
    this.exitCode = exitCode;
  }
}

/** The text of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Whether the operating system said no: a folder that may not be written, a full disk. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

/** What lies at the bottom of an error: of "fetch failed", the refused connection behind it. */
export function reasonOf(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause !== undefined) root = root.cause;
  return messageOf(root) || systemCode(error) || messageOf(error);
}

/** The `code` of a Node system error (`ENOENT`, `ECONNREFUSED`), from the error or its causes. */
export function systemCode(error: unknown): string | undefined {
  for (let current = error; current instanceof Error; current = current.cause) {
    if ('code' in current && typeof current.code === 'string') return current.code;
  }
  return undefined;
}

/** The value as JSON for an error text, cut where it would fill the screen. */
export function show(value: unknown): string {
  const text = JSON.stringify(value, bigintAsNumber) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}

const bigintAsNumber = (_: string, value: unknown) =>
  typeof value === 'bigint' ? Number(value) : value;
