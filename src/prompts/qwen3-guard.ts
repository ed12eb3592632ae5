import {
  normalizeReply,
  type Prompt,
  type PromptFormat,
  type Reading,
  unanswered,
} from './prompt.js';

/** How its card names what a text may be unsafe by. */
const CATEGORIES = [
  'Violent',
  'Non-violent Illegal Acts',
  'Sexual Content or Sexual Acts',
  'PII',
  'Suicide & Self-Harm',
  'Unethical Acts',
  'Politically Sensitive Topics',
  'Copyright Violation',
  'Jailbreak',
] as const;

const CONTROVERSIAL = 'Controversial';

/**
 * Qwen3Guard-Gen: the text alone, since the model's own chat template adds the policy. It answers
 * `Safety: Safe`, `Unsafe` or `Controversial`, and on the next line `Categories:`. Its makers use two
 * modes; in this one, which they call loose, a controversial text is negative. What it said stays
 * among the row's categories.
 *
 * @see https://huggingface.co/Qwen/Qwen3Guard-Gen-8B
 */
export const qwen3Guard: PromptFormat = {
  name: 'qwen3-guard',
  models: /qwen3-?guard/i,
  statesPolicy: false,
  of: () => asked('qwen3-guard', 'negative'),
};

/** The same in the strict mode: a controversial text is positive. */
export const qwen3GuardStrict: PromptFormat = {
  name: 'qwen3-guard-strict',
  statesPolicy: false,
  of: () => asked('qwen3-guard-strict', 'positive'),
};

function asked(name: string, controversial: 'positive' | 'negative'): Prompt {
  return {
    name,
    system: undefined,
    answerTokens: 64,
    verdict: {
      positive: 'unsafe',
      negative: 'safe',
      third: { word: CONTROVERSIAL.toLowerCase(), side: controversial },
      after: 'safety:',
    },
    parse: (reply) => readAnswer(reply, controversial),
  };
}

function readAnswer(reply: string, controversial: 'positive' | 'negative'): Reading {
  const [first = '', second = '', ...others] = reply.trim().split('\n');
  const [, said] = /^safety: (safe|unsafe|controversial)$/.exec(normalizeReply(first)) ?? [];
  const categories = readCategories(second);
  if (said === undefined || !categories || others.length > 0) return unanswered(reply);
  const found = said === 'controversial' ? [CONTROVERSIAL, ...categories] : categories;
  const label =
    said === 'controversial' ? controversial : said === 'unsafe' ? 'positive' : 'negative';
  return { outcome: 'answered', label, ...(found.length > 0 ? { categories: found } : {}) };
}

/** The categories of a line, none where there is no line; undefined where it is another. */
function readCategories(line: string): string[] | undefined {
  if (line.trim() === '') return [];
  const [, list] = /^Categories: (.*)$/.exec(line.trim()) ?? [];
  if (list === undefined) return undefined;
  if (list === 'None') return [];
  const names = list.split(', ');
  return names.every((name) => (CATEGORIES as readonly string[]).includes(name))
    ? names
    : undefined;
}
