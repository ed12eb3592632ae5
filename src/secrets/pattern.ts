/** A secret as long as this is recognised by its beginning, and within other words. */
export const TELLTALE = 8;

/**
 * As many as five JSON documents within each other put before a sign. Where any number would do, a
 * reply of nothing but backslashes would take a time that grows with its square.
 */
const BACKSLASHES = '\\\\{0,31}';
/** Of what is escaped again and again. */
const AGAIN = '{0,8}';

/** What a text writes instead of the middle of a key. */
export const MASK = `(?:${BACKSLASHES}[*•…]|&#42;){2,}[\\w-]*`;

/** Not within a word: what an escape ends with is no part of one. */
const ESCAPE = '(?<=\\\\[nrtbf]|%[\\dA-Fa-f]{2}|\\\\u[\\dA-Fa-f]{4}|\\\\x[\\dA-Fa-f]{2})';
const START = `(?:(?<![\\p{L}\\p{N}])|${ESCAPE})`;
const END = '(?![\\p{L}\\p{N}])';

/**
 * A pattern of all the ways in which secrets may appear: in any case of letters; each character as it
 * is, percent-encoded, as an HTML entity, or escaped for JSON; in base64, at any offset; a long one
 * by its first 8 characters, or by 3 of them before a mask.
 */
export function patternOf(secrets: readonly string[]): RegExp | undefined {
  if (secrets.length === 0) return undefined;
  return new RegExp(secrets.flatMap(waysOf).join('|'), 'gu');
}

/**
 * A pattern that a text must match to hold a secret, and far quicker to try: the beginning of one, or
 * a character in another form.
 */
export const hintOf = (secrets: readonly string[]): RegExp =>
  new RegExp(
    [
      ...new Set(secrets.map(beginningOf)),
      ...new Set(secrets.flatMap(base64Of)),
      '%[\\da-f]{2}|&[#a-z]|\\\\[ux]',
    ].join('|'),
    'i',
  );

function beginningOf(secret: string): string {
  const [first = '', second = '', third = '', fourth = ''] = Array.from(secret, (each) =>
    asItIs(each),
  );
  return `${first}${second}${third}(?:${fourth}|[*•…%&\\\\])`;
}

/** The ways in which a secret, or its beginning, is found. */
function waysOf(secret: string): string[] {
  const characters = Array.from(secret);
  if (characters.length < TELLTALE) {
    const [first = ''] = characters;
    // What few texts have comes before what is slow to find out.
    return [
      `(?=${formsOf(first, '')})${START}${spelled(characters)}${END}`,
      ...base64Whole(secret),
    ];
  }
  const telltale = spelled(characters.slice(0, TELLTALE));
  const some = spelled(characters.slice(0, 3));
  const more = characters.slice(3, TELLTALE - 1).map((each) => `${formsOf(each)}?`);
  return [telltale, ...base64Parts(secret), some + more.join('') + MASK];
}

/** The first without the backslashes before it, which would be read again from each of them. */
const spelled = ([first = '', ...others]: readonly string[]) =>
  formsOf(first, '') + others.map((each) => formsOf(each)).join('');

/** A pattern of one character in every form. */
export const formsOf = (character: string, before = BACKSLASHES): string => {
  const cases = [...new Set([character, character.toLowerCase(), character.toUpperCase()])];
  return `(?:${cases.flatMap((each) => escapesOf(each, before)).join('|')})`;
};

/** `&` as it is, or as HTML within HTML has it. */
const AND = `&(?:amp;|#0${AGAIN}38;|#[xX]0${AGAIN}26;)${AGAIN}`;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': 'amp',
  '<': 'lt',
  '>': 'gt',
  '"': 'quot',
  "'": 'apos',
};

function escapesOf(character: string, before: string): string[] {
  const code = character.codePointAt(0) ?? 0;
  const units = Array.from({ length: character.length }, (_, i) => hex(character.charCodeAt(i), 4));
  const bytes = [...Buffer.from(character, 'utf8')].map((byte) => `%(?:25)${AGAIN}${hex(byte, 2)}`);
  const entity = ENTITIES[character];
  return [
    bytes.join(''),
    units.map((unit, i) => `${i === 0 ? before : BACKSLASHES}\\\\u${unit}`).join(''),
    ...(code < 0x100 ? [`${before}\\\\x${hex(code, 2)}`] : []),
    `${before}${AND}#(?:0${AGAIN}${code}|[xX]0${AGAIN}${anyCase(code.toString(16))});`,
    ...(entity === undefined ? [] : [`${before}${AND}${entity};`]),
    asItIs(character, before), // Last: an entity of `&` begins with it.
  ];
}

/** JSON and Markdown put a backslash before a sign; an address has `+` for a space. */
function asItIs(character: string, before = BACKSLASHES): string {
  if (character === ' ') return '[ +]';
  return /[\p{P}\p{S}]/u.test(character) ? `${before}${literal(character)}` : literal(character);
}

const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

const hex = (code: number, digits: number) => anyCase(code.toString(16).padStart(digits, '0'));

const anyCase = (text: string) =>
  text.replace(/[a-f]/g, (letter) => `[${letter}${letter.toUpperCase()}]`);

/** The whole of a short secret in base64, by itself. */
const base64Whole = (secret: string): string[] =>
  base64Of(secret).map((text) => `(?=${text})(?:(?<![\\w+/-])|${ESCAPE})${text}=*(?![\\w+/-])`);

/** The beginning of a long secret within base64 of more, and what follows there. */
const base64Parts = (secret: string): string[] =>
  base64Of(secret).map((text) => `${text}[\\w+/-]*=*`);

/** What stands in base64 for a short secret, or at each offset for the beginning of a long one. */
function base64Of(secret: string): string[] {
  const bytes = Buffer.from(secret, 'utf8');
  if (Array.from(secret).length < TELLTALE) return [eitherAlphabet(toBase64(bytes))];
  const start = bytes.subarray(0, TELLTALE);
  return [0, 1, 2].map((offset) => {
    const text = toBase64(Buffer.concat([Buffer.alloc(offset), start]));
    const first = Math.ceil((offset * 8) / 6);
    const last = Math.floor(((offset + start.length) * 8) / 6);
    return eitherAlphabet(text.slice(first, last));
  });
}

const toBase64 = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');

const eitherAlphabet = (text: string) => text.replace(/\+/g, '[+-]').replace(/\//g, '[/_]');
