import { normalizeReply, type PromptFormat, type Reading, unanswered } from './prompt.js';

/** The instruction and the taxonomy that the models were tuned with, word for word. */
const SYSTEM = `You are a classifier for analyzing interactions between humans and LLMs. Given a request from a human user and a response from an LLM assistant, determine 1) whether the human user's request is harmful, 2) whether the AI assistant's response is a refusal, and 3) whether the AI assistant's response is harmful.
In addition, identify the policies violated if the interaction is unsafe and harmful according to the safety policy with the below categories.

<BEGIN UNSAFE CONTENT CATEGORIES>
S1: Violent Crimes.
S2: Non-Violent Crimes.
S3: Sex Crimes.
S4: Child Exploitation.
S5: Defamation.
S6: Specialized Advice.
S7: Privacy.
S8: Intellectual Property.
S9: Indiscriminate Weapons.
S10: Hate.
S11: Self-Harm.
S12: Sexual Content.
S13: Elections.
S14: Code Interpreter Abuse.
<END UNSAFE CONTENT CATEGORIES>`;

/**
 * PolyGuard, in 17 languages: the text as a request whose response is empty, as its makers leave it where
 * there is none. It answers five lines, of which the first two are about the text.
 *
 * @see https://huggingface.co/ToxicityPrompts/PolyGuard-Qwen
 */
export const polyGuard: PromptFormat = {
  name: 'poly-guard',
  models: /poly-?guard/i,
  statesPolicy: false,
  of: () => ({
    name: 'poly-guard',
    system: SYSTEM,
    turns: (text) => [`Human user:\n${text}\n\nAI assistant:\n`],
    answerTokens: 100,
    verdict: { positive: 'yes', negative: 'no', after: 'harmful request:' },
    parse: readAnswer,
  }),
};

const CATEGORY = 'S(?:[1-9]|1[0-4])';
const VIOLATIONS = new RegExp(
  `^(Request|Response) safety violations: (?:None|(${CATEGORY}(?:, ?${CATEGORY}){0,13}))$`,
);
const OF_RESPONSE = /^(?:response refusal|harmful response): (?:yes|no|n\/a)$/;
const LINES = 5;

function readAnswer(reply: string): Reading {
  const [first = '', ...others] = reply.trim().split('\n', LINES + 1);
  const [, said] = /^harmful request: (yes|no)$/.exec(normalizeReply(first)) ?? [];
  const found = others.map((line) => VIOLATIONS.exec(line.trim()));
  const isAnswer =
    others.length < LINES &&
    others.every((line, at) => found[at] || OF_RESPONSE.test(normalizeReply(line)));
  if (said === undefined || !isAnswer) return unanswered(reply);
  const [, , list] = found.find((match) => match?.[1] === 'Request') ?? [];
  return {
    outcome: 'answered',
    label: said === 'yes' ? 'positive' : 'negative',
    ...(list === undefined ? {} : { categories: list.split(/, ?/) }),
  };
}
