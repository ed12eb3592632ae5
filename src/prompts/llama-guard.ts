import { normalizeReply, type PromptFormat, unanswered } from './prompt.js';

/**
 * Llama Guard, any version: one user turn and no instruction, since the model's own chat
 * template adds the policy. It answers `safe`, or `unsafe` and on the next line the categories
 * it found violated: `S1,S10`, in version 1 `O3`.
 */
export const llamaGuard: PromptFormat = {
  name: 'llama-guard',
  models: /llama-?guard/i,
  statesPolicy: false,
  of: () => ({
    name: 'llama-guard',
    system: undefined,
    answerTokens: 100,
    verdict: { positive: 'unsafe', negative: 'safe' },
    parse(reply) {
      const [verdict = '', ...rest] = reply.trim().split('\n');
      const codes = rest.join('\n').trim();
      const answer = normalizeReply(verdict);
      if (answer === 'safe' && codes === '') return { outcome: 'answered', label: 'negative' };
      if (answer === 'unsafe' && /^(?:[SO]\d{1,2}(?:\s*,\s*[SO]\d{1,2})*,?)?$/i.test(codes)) {
        const categories = codes.toUpperCase().match(/[SO]\d{1,2}/g) ?? [];
        return { outcome: 'answered', label: 'positive', categories: [...categories] };
      }
      return unanswered(reply);
    },
  }),
};
