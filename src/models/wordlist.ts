import { createHash } from 'node:crypto';
import { cuss } from 'cuss';
import { LOCAL } from '../pricing/price.js';
import { atOnce, type Model } from './classifier.js';
import { EMBEDDED_PROVIDER } from './providers.js';

/**
 * From which of cuss's ratings a word counts: 0 unlikely, 1 maybe, 2 likely to be used as
 * profanity. Of the three, 1 has the best F1 on ToxicChat's train split: .41, .45, .15.
 */
const MIN_RATING = 1;

const PHRASES = new Set(Object.keys(cuss).filter((phrase) => (cuss[phrase] ?? 0) >= MIN_RATING));

/** The phrases by their first word, the shortest first. */
const BY_FIRST_WORD = new Map<string, string[]>();
for (const phrase of [...PHRASES].sort((a, b) => lengthOf(a) - lengthOf(b))) {
  const [first = ''] = phrase.split(' ');
  BY_FIRST_WORD.set(first, [...(BY_FIRST_WORD.get(first) ?? []), phrase]);
}

/**
 * The built-in default: a text is toxic if it holds a word or phrase of the cuss list. It needs
 * no key and is a floor for any model, not a moderator: it sees words, never what is meant.
 */
export function openWordlist(): Model {
  return {
    id: 'wordlist',
    provider: EMBEDDED_PROVIDER,
    prompt: `wordlist@${createHash('sha256')
      .update([...PHRASES].join('\n'))
      .digest('hex')
      .slice(0, 12)}`,
    scores: 'never',
    price: LOCAL,
    ...atOnce(({ text }) => {
      const started = performance.now();
      const found = findPhrase(text);
      return {
        outcome: 'answered',
        label: found === undefined ? 'negative' : 'positive',
        raw: found ?? '',
        usage: null,
        costUsd: 0,
        latencyMs: performance.now() - started,
      };
    }),
  };
}

function findPhrase(text: string): string | undefined {
  const words =
    text
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}']+/gu) ?? [];
  for (let start = 0; start < words.length; start++) {
    const phrases = BY_FIRST_WORD.get(words[start] as string);
    if (phrases === undefined) continue;
    for (const phrase of phrases) {
      if (words.slice(start, start + lengthOf(phrase)).join(' ') === phrase) return phrase;
    }
  }
  return undefined;
}

function lengthOf(phrase: string): number {
  return phrase.split(' ').length;
}
