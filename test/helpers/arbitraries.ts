import fc from 'fast-check';

/**
 * Any code point, surrogates included. The unit `binary` of `fc.string` would first map each of a
 * million back to its number, for a second.
 */
export const anyCodePoint = fc.nat(0x10ffff).map((code) => String.fromCodePoint(code));
