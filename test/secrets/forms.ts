/** The ways in which a server, a proxy or a page may write a value. */
export function formsOf(secret: string): Readonly<Record<string, string>> {
  const characters = Array.from(secret);
  const bytes = [...Buffer.from(secret)];
  const hex = (code: number, digits = 2) => code.toString(16).padStart(digits, '0');
  const percent = (character: string) =>
    [...Buffer.from(character)].map((byte) => `%${hex(byte)}`).join('');
  const json = JSON.stringify(secret).slice(1, -1);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const whole = {
    raw: secret,
    'in JSON': json,
    'in JSON within JSON': JSON.stringify(json).slice(1, -1),
    'in HTML': characters.map((each) => `&#${each.codePointAt(0)};`).join(''),
    'in hexadecimal HTML': characters
      .map((each) => `&#x${hex(each.codePointAt(0) ?? 0)};`)
      .join(''),
    'in HTML, named': secret
      .replace(/&/g, '&amp;')
      .replace(/"/g, '&quot;')
      .replace(/</g, '&lt;')
      .replace(/'/g, '&apos;'),
    percent: bytes.map((byte) => `%${hex(byte).toUpperCase()}`).join(''),
    'percent, partly': characters.map((each, i) => (i % 2 ? percent(each) : each)).join(''),
    'percent, twice': bytes.map((byte) => `%25${hex(byte)}`).join(''),
    'of a form': new URLSearchParams({ '': secret }).toString().slice(1),
    '\\u': characters.map((each) => `\\u${hex(each.codePointAt(0) ?? 0, 4)}`).join(''),
    '\\u, in JSON': characters.map((each) => `\\\\u${hex(each.codePointAt(0) ?? 0, 4)}`).join(''),
    base64: base64(secret),
    base64url: Buffer.from(secret).toString('base64url'),
    'upper case': secret.toUpperCase(),
    'lower case': secret.toLowerCase(),
  };
  if (characters.length < 9) return whole;
  return {
    ...whole,
    'base64 behind one': base64(`:${secret}`),
    'base64 behind two': base64(`u:${secret}`),
    'base64, cut': base64(secret).slice(0, 12),
    'its first 8': characters.slice(0, 8).join(''),
    masked: `${characters.slice(0, 5).join('')}*****${characters.slice(-4).join('')}`,
  };
}
