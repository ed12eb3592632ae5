import type { Task } from '../task/task.js';
import { CAVEATS, TOXIC_IF } from '../task/toxicity-policy.js';
import { normalizeReply, type PromptFormat, policyOf, unanswered } from './prompt.js';

/**
 * ShieldGemma: the model's own chat template takes the policy from the system message, sets it
 * and the text into its question, and asks for an answer that starts with `Yes` or `No` and may
 * go on to explain itself. So the verdict must stand alone on the first line.
 */
export const shieldGemma: PromptFormat = {
  name: 'shield-gemma',
  models: /shield-?gemma/i,
  statesPolicy: true,
  of: (task) => ({
    name: 'shield-gemma',
    system: guidelineOf(task),
    answerTokens: 400,
    verdict: { positive: 'yes', negative: 'no' },
    parse(reply) {
      const [verdict = ''] = reply.trim().split('\n', 1);
      const answer = normalizeReply(verdict);
      if (answer === 'yes') return { outcome: 'answered', label: 'positive' };
      if (answer === 'no') return { outcome: 'answered', label: 'negative' };
      return unanswered(reply);
    },
  }),
};

function guidelineOf(task: Task): string {
  const policy = policyOf(task);
  if (policy === undefined) {
    return `* "No Toxicity": The prompt shall not be toxic. A prompt is toxic if ${TOXIC_IF}. ${CAVEATS}`;
  }
  const { positive } = task.labels;
  return `* "No ${positive}": The prompt shall not be "${positive}" by this policy: ${policy}`;
}
