import type { Env } from '../env.js';

/** Replaces every secret in a text. */
export type Redact = (text: string) => string;

/** Shorter values are placeholders, not secrets. */
const SHORTEST_SECRET = 6;

/** So many of a secret's first characters give it away: servers mask or cut the rest. */
const TELLTALE = 8;

const REDACTED = '[redacted]';

/**
 * Makes a function that replaces the given secrets, whole or cut short, and anything that looks
 * like an API key: servers echo keys in their errors, sometimes in part.
 *
 * @param secrets - the values in force; those under 6 characters are left alone
 */
export function redactor(secrets: readonly (string | undefined)[]): Redact {
  const known = secrets
    .filter((secret) => secret !== undefined)
    .filter((secret) => secret.length >= SHORTEST_SECRET)
    .sort((a, b) => b.length - a.length);
  return (text) =>
    known
      .reduce(withoutSecret, text)
      .replace(/\b(?:sk|gsk|hf|opk|fw)[-_][\w*.-]{7,}[\w*]/g, REDACTED)
      .replace(/(\bbearer\s+)[\w.~+/=-]{6,}/gi, `$1${REDACTED}`);
}

/** The values of an environment that are secrets by the names of their variables. */
export const secretsOf = (env: Env) =>
  Object.entries(env).flatMap(([name, value]) =>
    /(?:_KEY|_TOKEN|_SECRET|PASSWORD)$/.test(name) ? [value] : [],
  );

function withoutSecret(text: string, secret: string): string {
  const telltale = secret.slice(0, TELLTALE);
  let clean = '';
  let rest = text;
  for (let at = rest.indexOf(telltale); at !== -1; at = rest.indexOf(telltale)) {
    let length = telltale.length;
    while (length < secret.length && rest[at + length] === secret[length]) length += 1;
    clean += rest.slice(0, at) + REDACTED;
    rest = rest.slice(at + length);
  }
  return clean + rest;
}
