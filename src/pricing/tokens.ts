import type { ChatMessage } from '../prompts/index.js';

/** Counts the tokens of a text. */
export interface Tokenizer {
  /** The encoding, such as `o200k_base`. */
  readonly name: string;
  /** Whether it is the model's own; else its counts are an estimate. */
  readonly exact: boolean;
  count(text: string): number;
}

/** Each holds some megabytes, so it is loaded when it is needed. */
const ENCODINGS = {
  cl100k_base: () => import('./encodings/cl100k_base.js'),
  o200k_base: () => import('./encodings/o200k_base.js'),
} as const;

export type EncodingName = keyof typeof ENCODINGS;

/** What an estimate is made with. */
const NEAREST: EncodingName = 'o200k_base';

/** What OpenAI's chat format adds to each message, and before the answer. */
const TOKENS_A_MESSAGE = 4;
const TOKENS_TO_OPEN_THE_ANSWER = 3;

/**
 * Loads the tokenizer of a model, or the nearest there is.
 *
 * @param own - the model's own encoding, where it is published
 */
export async function openTokenizer(own: EncodingName | undefined): Promise<Tokenizer> {
  const name = own ?? NEAREST;
  const { count } = await ENCODINGS[name]();
  return {
    name,
    exact: own !== undefined,
    count: (text) => piecesOf(text).reduce((sum, piece) => sum + count(piece), 0),
  };
}

/** The tokens of a chat's messages as a prompt. */
export function countPrompt(messages: readonly ChatMessage[], tokenizer: Tokenizer): number {
  return messages.reduce(
    (sum, { content }) => sum + TOKENS_A_MESSAGE + tokenizer.count(content),
    TOKENS_TO_OPEN_THE_ANSWER,
  );
}

/** The tokenizer takes time by the square of a run without blanks, so long texts are cut. */
const LONGEST_PIECE = 2_000;

/** Behind a word both encodings begin a token, so that a cut there changes no count. */
const END_OF_WORD = /\p{L}(?=[^\p{L}\p{M}'])/gu;

function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  let rest = text;
  while (rest.length > LONGEST_PIECE) {
    const end = lastCut(rest.slice(0, LONGEST_PIECE).replace(HALF_A_CHARACTER, ''));
    pieces.push(rest.slice(0, end));
    rest = rest.slice(end);
  }
  return [...pieces, rest];
}

const HALF_A_CHARACTER = /[\uD800-\uDBFF]$/;

/** The end of the last whole word, or of the text where it has none. */
function lastCut(text: string): number {
  const lastWord = Array.from(text.matchAll(END_OF_WORD)).at(-1);
  return lastWord ? lastWord.index + lastWord[0].length : text.length;
}
