import type { Task } from '../task/task.js';
import { CAVEATS, TOXIC_IF } from '../task/toxicity-policy.js';
import { normalizeReply, type PromptFormat, policyOf, unanswered } from './prompt.js';

/** What Shieldstral was trained to find in front of every question, word for word. */
const SYSTEM =
  'Judge whether the Document meets the requirements based on the Query and the Instruction provided. Note that the answer can only be "yes" or "no".';

const INSTRUCTION = 'You are a safety moderator reviewing potentially harmful content.';

/**
 * Shieldstral: the policy as a question about a document, in one user turn, answered with one token.
 *
 * @see https://huggingface.co/mistralai/Shieldstral-1.0-3B
 */
export const shieldstral: PromptFormat = {
  name: 'shieldstral',
  models: /shieldstral/i,
  statesPolicy: true,
  of(task) {
    const question = `<Instruct>: ${INSTRUCTION}\n\n<Query>: ${questionOf(task)}\n\n<Document>: `;
    return {
      name: 'shieldstral',
      system: SYSTEM,
      turns: (text) => [question + text],
      answerTokens: 8,
      verdict: { positive: 'yes', negative: 'no' },
      parse(reply) {
        const answer = normalizeReply(reply);
        if (answer === 'yes') return { outcome: 'answered', label: 'positive' };
        if (answer === 'no') return { outcome: 'answered', label: 'negative' };
        return unanswered(reply);
      },
    };
  },
};

function questionOf(task: Task): string {
  const policy = policyOf(task);
  return policy === undefined
    ? `Is this content toxic? It is toxic if ${TOXIC_IF}. ${CAVEATS}`
    : `Is this content "${task.labels.positive}" by this policy: ${policy}`;
}
