import { normalizeReply, type Prompt, type VerdictWords } from '../prompts/index.js';
import type { TokenLogprob } from './logprobs.js';

/** What servers leave at the end of a reply's tokens: `<|eot_id|>`, `</s>`, an empty token. */
const END_OF_TURN = /^(?:<\|[^|]*\|>|<\/s>|<eos>|<end_of_turn>)?$/;

/**
 * P(positive): at the token that decides the verdict, the probability of all that begins a positive
 * verdict, over that of all that begins either.
 *
 * Only the tokens of a proper answer count, so a word in a model's thinking is never taken for its
 * verdict.
 *
 * @param content - the reply's tokens, thinking included where the server shows it
 * @returns 0 to 1, or undefined where the tokens hold no verdict or no probability, or where nothing is sent
 *   of one side that may be likelier than all that is of the other
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
  const isOneSided = positive === 0 || negative === 0;
  if (isOneSided && mostUnsent(token) > positive + negative) return undefined;
  const score = positive / (positive + negative);
  return Number.isFinite(score) ? score : undefined;
}

/**
 * The most that a candidate can have which was not sent: what the least likely of those has that were. The
 * token itself does not count, since a server that holds a model to its answers sends it whatever it has.
 */
function mostUnsent({ token, top_logprobs }: TokenLogprob): number {
  const others = top_logprobs.filter((candidate) => candidate.token !== token);
  return others.length === 0 ? 0 : Math.exp(Math.min(...others.map(({ logprob }) => logprob)));
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
