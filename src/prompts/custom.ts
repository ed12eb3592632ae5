import type { Answer, Task } from '../task/task.js';
import { TEXT_MARK } from '../task/task.js';
import {
  nameChoices,
  normalizeReply,
  type Prompt,
  type Reading,
  readLabel,
  unanswered,
  type VerdictWords,
  verdictNames,
} from './prompt.js';

/** No reply that is an answer is longer: a pattern of the user's may be slow on more. */
const LONGEST_REPLY = 4_000;

/** Room for what a prompt of the user's may ask for beside a label. */
const ANSWER_TOKENS = 400;

/** The prompt of a task file: one user turn, in which the text is set once and never expanded. */
export function customPrompt({ labels, answers }: Task, template: string): Prompt {
  const [before = '', after = ''] = template.split(TEXT_MARK);
  const prompt: Prompt = {
    name: 'custom',
    system: undefined,
    turns: (text) => [before + text + after],
    answerTokens: ANSWER_TOKENS,
    verdict: verdictNames(labels),
    choices: nameChoices(labels),
    parse: (reply) => readLabel(reply, labels),
  };
  return answers ? withAnswers(prompt, answers) : prompt;
}

/** The same prompt for a model that answers in other words than the names of the labels. */
export function withAnswers(prompt: Prompt, answers: readonly Answer[]): Prompt {
  return {
    ...prompt,
    answers: answers.map(({ label, reply }) => `${label}: ${reply}`),
    answerTokens: Math.max(prompt.answerTokens, ANSWER_TOKENS),
    verdict: wordsOf(answers),
    choices: textsOf(answers),
    parse: (reply) => readAnswer(reply, answers),
  };
}

function readAnswer(reply: string, answers: readonly Answer[]): Reading {
  const text = reply.trim();
  if (text.length > LONGEST_REPLY) return unanswered(reply);
  const meant = new Set(
    answers.filter(({ reply: expected }) => says(text, expected)).map(({ label }) => label),
  );
  const [label] = meant;
  return label !== undefined && meant.size === 1
    ? { outcome: 'answered', label }
    : unanswered(reply);
}

const says = (text: string, expected: string | RegExp) =>
  typeof expected === 'string'
    ? normalizeReply(text) === normalizeReply(expected)
    : expected.test(text);

/** All answers; undefined where one is a pattern, or a label has none. */
function textsOf(answers: readonly Answer[]): readonly string[] | undefined {
  const texts = answers.map(({ reply }) => reply).filter((reply) => typeof reply === 'string');
  return texts.length === answers.length && wordsOf(answers) ? texts : undefined;
}

/** The exact answers of both labels; a score needs both. */
function wordsOf(answers: readonly Answer[]): VerdictWords | undefined {
  const wordOf = (side: Answer['label']) => {
    const exact = answers.find(({ label, reply }) => label === side && typeof reply === 'string');
    return exact && normalizeReply(String(exact.reply));
  };
  const [positive, negative] = [wordOf('positive'), wordOf('negative')];
  return positive === undefined || negative === undefined ? undefined : { positive, negative };
}
