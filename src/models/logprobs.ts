import { z } from 'zod';

const candidateSchema = z.object({
  token: z.string(),
  /** Natural logarithm of the probability. */
  logprob: z.number(),
});

const tokenSchema = z.object({
  token: z.string(),
  /** The likeliest tokens in its place, itself as a rule among them. */
  top_logprobs: z
    .array(candidateSchema)
    .nullish()
    .transform((candidates) => candidates ?? []),
});

/** One token of a reply, with what might have stood in its place. */
export type TokenLogprob = z.infer<typeof tokenSchema>;

/** OpenAI's form of `choices[].logprobs` in a chat completion. */
const chatForm = z.object({ content: z.array(tokenSchema) }).transform(({ content }) => content);

/** The form of OpenAI's older completions, which early vLLM sends for chats too. */
const completionForm = z
  .object({
    tokens: z.array(z.string()),
    top_logprobs: z.array(z.record(z.string(), z.number()).nullable()),
  })
  .transform(({ tokens, top_logprobs }) =>
    tokens.map((token, index): TokenLogprob => {
      const candidates = Object.entries(top_logprobs[index] ?? {});
      return {
        token,
        top_logprobs: candidates.map(([token, logprob]) => ({ token, logprob })),
      };
    }),
  );

/** A reply without them, or with others than these, is as good as any: it only has no score. */
export const logprobsSchema = z.union([chatForm, completionForm]).nullish().catch(undefined);
