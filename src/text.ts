/** A text as it is compared: Unicode's compatibility form, lower case, white space collapsed. */
export const normaliseText = (text: string) =>
  isEvenAscii(text)
    ? text.toLowerCase()
    : text.normalize('NFKC').toLowerCase().replace(UNEVEN_SPACE, ' ').trim();

/** Most texts are visible ASCII with single spaces between words, and then letters alone can change. */
function isEvenAscii(text: string): boolean {
  let before = SPACE;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < SPACE || code > LAST_VISIBLE || (code === SPACE && before === SPACE)) return false;
    before = code;
  }
  return before !== SPACE;
}

const SPACE = 0x20;
const LAST_VISIBLE = 0x7e;

/** White space that is not one space already. */
const UNEVEN_SPACE = /\s\s+|[^\S ]/gu;

/**
 * Shows what a terminal would obey: control characters, escape sequences, and marks that turn
 * the direction of text or hide it. Row text passes through here before it is printed.
 */
export function escapeControls(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (SHORT[character]) return SHORT[character];
    if (code < 0x100) return `\\x${hex(code, 2)}`;
    return code < 0x10000 ? `\\u${hex(code, 4)}` : `\\u{${hex(code, 5)}}`;
  });
}

/** The same, but newlines stay: for messages of several lines. */
export const escapeLines = (text: string) => text.split('\n').map(escapeControls).join('\n');

const SHORT: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** Unicode's control, format, surrogate (a lone one, that is) and separator classes. */
const UNSAFE = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

const hex = (code: number, digits: number) => code.toString(16).padStart(digits, '0');

/** Lines of a text, broken between words; a word that is longer than a line has one to itself. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const line = lines.at(-1);
    const longer = `${line} ${word}`;
    if (line === undefined || longer.length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}
