/** Dollars per million tokens. */
export interface Price {
  readonly input: number;
  /** For input that the provider had in its cache; undefined where it has no such rate. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
  /** Where the figures are from, for a user who has to defend them. */
  readonly basis: string;
}

/** What runs on a machine of the user's own costs nothing a token. */
export const LOCAL: Price = { input: 0, cachedInput: 0, output: 0, basis: 'local' };
