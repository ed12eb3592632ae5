/** What no further request would change. */
export class UnreadableServerError extends Error {
  override readonly name = 'UnreadableServerError';
  readonly hint: string;
  readonly mayBeBilled: boolean;

  constructor(
    message: string,
    { hint, mayBeBilled, cause }: { hint: string; mayBeBilled: boolean; cause?: unknown },
  ) {
    super(message, { cause });
    this.hint = hint;
    this.mayBeBilled = mayBeBilled;
  }
}
