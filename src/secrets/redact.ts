import { formsOf, hintOf, MASK, patternOf, TELLTALE } from './pattern.js';
import { isSecret } from './values.js';

const REDACTED = '[redacted]';

/** Secrets, and the one pattern that finds them all. */
class Secrets {
  readonly #values = new Set<string>();
  /** What may follow the telltale of a long one: its other characters, one after the other. */
  #rests: readonly (readonly RegExp[])[] = [];
  #hint: RegExp | undefined;
  #pattern: RegExp | undefined;

  add(values: Iterable<string | undefined>): void {
    const before = this.#values.size;
    for (const value of values) if (value !== undefined && isSecret(value)) this.#values.add(value);
    if (this.#values.size === before) return;
    const longestFirst = [...this.#values].sort((a, b) => b.length - a.length);
    this.#hint = hintOf(longestFirst);
    this.#pattern = patternOf(longestFirst);
    this.#rests = longestFirst
      .map((value) => Array.from(value).slice(TELLTALE))
      .filter((rest) => rest.length > 0)
      .map((rest) => rest.map((each) => new RegExp(formsOf(each), 'uy')));
  }

  areIn(text: string): boolean {
    if (!this.#pattern || !this.#hint?.test(text)) return false;
    this.#pattern.lastIndex = 0;
    return this.#pattern.test(text);
  }

  redact(text: string): string {
    const pattern = this.#pattern;
    if (pattern === undefined || !this.areIn(text)) return text;
    let clean = '';
    let from = 0;
    pattern.lastIndex = 0;
    for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
      clean += text.slice(from, match.index) + REDACTED;
      from = this.#endOf(text, match.index + match[0].length);
      pattern.lastIndex = from;
    }
    return clean + text.slice(from);
  }

  /** Where the secret ends that has begun: it may be cut short, so as far as it goes on. */
  #endOf(text: string, start: number): number {
    return Math.max(
      ...[[], ...this.#rests].map((rest) => {
        let at = start;
        for (const character of rest) {
          character.lastIndex = at;
          if (!character.test(text)) break;
          at = character.lastIndex;
        }
        return maskEnd(text, at);
      }),
    );
  }
}

const mask = new RegExp(MASK, 'y');

/** Behind the mask that stands for the rest, and the end of the key that may follow it. */
function maskEnd(text: string, at: number): number {
  mask.lastIndex = at;
  return mask.test(text) ? mask.lastIndex : at;
}

/** A command has a process of its own: its secrets are those of the process. */
let kept = new Secrets();

/** Forgets them all, for a process in which a command of somebody else begins. */
export function forgetSecrets(): void {
  kept = new Secrets();
}

/** From here on none of these values leaves the program, in any form that `patternOf` knows. */
export const keepSecrets = (values: Iterable<string | undefined>): void => kept.add(values);

/** A text to be shown, without the secrets that are kept. */
export const redact = (text: string): string => kept.redact(text);

/**
 * A JSON document without secrets: only within its strings, so that it stays one.
 * It is as safe within HTML as it was.
 */
export function redactJson(json: string): string {
  if (!kept.areIn(json)) return json;
  return json.replace(/"(?:[^"\\]|\\.)*"(\s*:)?/g, (token, colon?: string) => {
    const value = JSON.parse(colon === undefined ? token : token.slice(0, -colon.length)) as string;
    if (colon !== undefined && OUR_NAME.test(value)) return token;
    const clean = redact(value);
    return clean === value ? token : inert(JSON.stringify(clean)) + (colon ?? '');
  });
}

/** Of a property: any other is a model's, or a slice's. */
const OUR_NAME = /^[a-z_]+\d{0,4}[a-z_]*$/;

const inert = (json: string) =>
  json.replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );

/** HTML or XML without secrets: in its texts, attributes and data, not in its tags, styles and scripts. */
export function redactMarkup(markup: string): string {
  if (!kept.areIn(markup)) return markup;
  return markup.replace(
    /<(script|style)\b([^>]*)>([\s\S]*?)<\/\1>|<[^<>]*>|<|[^<]+/g,
    (piece, name: string | undefined, attributes = '', content = '') => {
      if (name === undefined) {
        return piece.startsWith('<') ? piece.replace(/"[^"]*"/g, redact) : redact(piece);
      }
      if (!attributes.includes('application/json')) return piece;
      return `<${name}${attributes}>${redactJson(content)}</${name}>`;
    },
  );
}

/** What is the user's or ours in a row. Its text names it, and the rest its run, on resuming. */
const NO_SERVERS_WORDS = new Set(
  'input prediction true_label outcome origin provider prompt dataset split'.split(' '),
);

/** A row as a line of JSON, without secrets in what a server may have said. */
export function rowToJson(row: object): string {
  const json = JSON.stringify(row);
  if (!kept.areIn(json)) return json;
  return JSON.stringify(row, (key, value: unknown) =>
    typeof value === 'string' && !NO_SERVERS_WORDS.has(key) ? redact(value) : value,
  );
}
