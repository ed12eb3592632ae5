/** Replaces every secret in a text. */
export type Redact = (text: string) => string;

const SHORTEST_SECRET = 6;

/**
 * Makes a function that blots out the given secrets, and anything that looks like an API key:
 * servers echo keys in their errors, sometimes in part.
 *
 * @param secrets - values in force; shorter ones than 6 characters are placeholders, not secrets
 */
export function redactor(secrets: readonly (string | undefined)[]): Redact {
  const known = secrets.filter(
    (secret) => secret !== undefined && secret.length >= SHORTEST_SECRET,
  );
  return (text) =>
    known
      .reduce<string>((clean, secret) => clean.replaceAll(secret as string, '[redacted]'), text)
      .replace(/\b(?:sk|gsk|hf|opk|fw)[-_][\w*.-]{7,}[\w*]/g, '[redacted]')
      .replace(/(\bbearer\s+)[\w.~+/=-]{6,}/gi, '$1[redacted]');
}
