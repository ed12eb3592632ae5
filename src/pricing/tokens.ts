import type { ChatMessage } from '../prompts/index.js';

/** Counts the tokens of a text. */
export interface Tokenizer {
  /** The encoding, such as `o200k_base`. */
  readonly name: string;
  /** Whether it is the model's own; else its counts are an estimate. */
  readonly exact: boolean;
  count(text: string): number;
}

const ENCODINGS = {
  cl100k_base: () => import('gpt-tokenizer/encoding/cl100k_base'),
  o200k_base: () => import('gpt-tokenizer/encoding/o200k_base'),
} as const;

/** OpenAI's models whose encoding is published; of newer ones it is not known. */
const OWN_ENCODING: readonly (readonly [RegExp, keyof typeof ENCODINGS])[] = [
  [/^(?:gpt-4o|gpt-4\.1|chatgpt-4o|o1|o3|o4)/, 'o200k_base'],
  [/^(?:gpt-4|gpt-3\.5)/, 'cl100k_base'],
];

/** What holds a row's text together with the rest, and opens the answer, in OpenAI's chat format. */
const TOKENS_A_MESSAGE = 4;
const TOKENS_TO_OPEN_THE_ANSWER = 3;

/** The tokenizer takes time by the square of a run without blanks, so long texts are cut. */
const LONGEST_PIECE = 4_000;

/** Loads the tokenizer of a model, or the nearest there is. */
export async function openTokenizer(provider: string, id: string): Promise<Tokenizer> {
  const own =
    provider === 'openai' ? OWN_ENCODING.find(([pattern]) => pattern.test(id)) : undefined;
  const name = own?.[1] ?? 'o200k_base';
  const { countTokens } = await ENCODINGS[name]();
  // A text may hold what looks like a special token; to the model it is text like any other.
  const options = { disallowedSpecial: new Set<string>() };
  return {
    name,
    exact: own !== undefined,
    count: (text) => pieces(text).reduce((sum, piece) => sum + countTokens(piece, options), 0),
  };
}

/** The tokens of a chat's messages as a prompt. */
export function countPrompt(messages: readonly ChatMessage[], tokenizer: Tokenizer): number {
  return messages.reduce(
    (sum, { content }) => sum + TOKENS_A_MESSAGE + tokenizer.count(content),
    TOKENS_TO_OPEN_THE_ANSWER,
  );
}

function pieces(text: string): string[] {
  const count = Math.ceil(text.length / LONGEST_PIECE);
  return Array.from({ length: count }, (_, i) =>
    text.slice(i * LONGEST_PIECE, (i + 1) * LONGEST_PIECE),
  );
}
