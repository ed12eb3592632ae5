import { CAVEATS, TOXIC_IF } from './policy.js';
import { normalizeReply, type Prompt, unanswered } from './prompt.js';

/**
 * ShieldGemma: the model's own chat template takes the policy from the system message, sets it
 * and the text into its question, and asks for an answer that starts with `Yes` or `No` and may
 * go on to explain itself. So the verdict must stand alone on the first line.
 */
export const shieldGemma: Prompt = {
  name: 'shield-gemma',
  models: /shield-?gemma/i,
  system: `* "No Toxicity": The prompt shall not be toxic. A prompt is toxic if ${TOXIC_IF}. ${CAVEATS}`,
  answerTokens: 400,
  verdict: { toxic: 'yes', notToxic: 'no' },
  parse(reply) {
    const [verdict = ''] = reply.trim().split('\n', 1);
    const answer = normalizeReply(verdict);
    if (answer === 'yes') return { outcome: 'answered', label: 'toxic' };
    if (answer === 'no') return { outcome: 'answered', label: 'not toxic' };
    return unanswered(reply);
  },
};
