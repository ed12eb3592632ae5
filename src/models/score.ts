import { normalizeReply, type Prompt, type VerdictWords } from '../prompts/index.js';
import type { TokenLogprob } from './logprobs.js';

/** What servers leave at the end of a reply's tokens: `<|eot_id|>`, `</s>`, an empty token. */
const END_OF_TURN = /^(?:<\|[^|]*\|>|<\/s>|<eos>|<end_of_turn>)?$/;

/**
 * The least probability of all that begins a verdict where a model was held to it. With less the model would
 * have answered the text, and what seems to begin "toxic" begins "The" or "To" as a rule.
 */
const LEAST_MASS = 0.5;

/**
 * P(positive): at the token that decides the verdict, the probability of all that begins a positive
 * verdict, over that of all that begins either.
 *
 * Only the tokens of a proper answer count, so a word in a model's thinking is never taken for its
 * verdict.
 *
 * @param content - the reply's tokens, thinking included where the server shows it
 * @returns 0 to 1, or undefined where the tokens hold no verdict or no probability, or where a held model would
 *   rather have said something else
 */
export function scoreFromLogprobs(
  content: readonly TokenLogprob[],
  prompt: Prompt,
): number | undefined {
  const { verdict } = prompt;
  const token = verdict && verdictToken(answerTokens(content, prompt), verdict);
  if (!token) return undefined;
  const candidates = token.top_logprobs;
  const massOf = (side: Side) =>
    candidates
      .filter(({ token }) => sideOf(token, verdict) === side)
      .reduce((sum, { logprob }) => sum + Math.exp(logprob), 0);
  const [positive, negative] = [massOf('positive'), massOf('negative')];
  if (wasHeld(token) && positive + negative < LEAST_MASS) return undefined;
  const score = positive / (positive + negative);
  return Number.isFinite(score) ? score : undefined;
}

/** Whether another token was likelier than the one that was sent: left free, the model sends the likeliest. */
function wasHeld({ token, top_logprobs }: TokenLogprob): boolean {
  const own = top_logprobs.find((candidate) => candidate.token === token);
  return top_logprobs.some(({ logprob }) => logprob > (own?.logprob ?? Number.NEGATIVE_INFINITY));
}

/** The tokens from the first on that starts a text which the prompt reads as an answer. */
function answerTokens(content: readonly TokenLogprob[], prompt: Prompt): readonly TokenLogprob[] {
  const last = content.findLastIndex(({ token }) => !END_OF_TURN.test(token));
  const tail = content.slice(Math.max(0, last + 1 - prompt.answerTokens), last + 1);
  const start = tail.findIndex((_, index) => isAnswer(textOf(tail.slice(index)), prompt));
  return start === -1 ? [] : tail.slice(start);
}

const isAnswer = (text: string, prompt: Prompt) => prompt.parse(text).outcome === 'answered';

const textOf = (tokens: readonly TokenLogprob[]) => tokens.map(({ token }) => token).join('');

/** The first token with a letter or digit in it that stands where the verdict is to stand. */
function verdictToken(
  answer: readonly TokenLogprob[],
  words: VerdictWords,
): TokenLogprob | undefined {
  const verdictAt = endOf(words.after, textOf(answer));
  let at = 0;
  const found = answer.find(({ token }) => {
    const rest = token.slice(Math.max(0, verdictAt - at));
    at += token.length;
    return /[\p{L}\p{N}]/u.test(rest);
  });
  return found && sideOf(found.token, words) ? found : undefined;
}

/** Where a mark ends in a text, in any case of letters; the text's start where it is not there. */
function endOf(mark: string | undefined, text: string): number {
  if (mark === undefined) return 0;
  const at = text.toLowerCase().indexOf(mark);
  return at === -1 ? 0 : at + mark.length;
}

type Side = 'positive' | 'negative';
const SIDES: readonly Side[] = ['positive', 'negative'];

/** The verdict that a token begins, if it begins exactly one. */
function sideOf(token: string, words: VerdictWords): Side | undefined {
  const begun = SIDES.filter((side) =>
    wordsOf(side, words).some((word) => begins(normalizeReply(token), word)),
  );
  return begun.length === 1 ? begun[0] : undefined;
}

const wordsOf = (side: Side, { third, ...words }: VerdictWords) =>
  third?.side === side ? [words[side], third.word] : [words[side]];

/** Whether a token is the beginning of a word, or the whole word and more that goes on as no word. */
function begins(token: string, word: string): boolean {
  if (token === '') return false;
  return (
    word.startsWith(token) ||
    (token.startsWith(word) && !/^[\p{L}\p{N}]/u.test(token.slice(word.length)))
  );
}
