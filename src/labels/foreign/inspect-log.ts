import { z } from 'zod';
import { logprobsSchema } from '../../models/logprobs.js';
import type { Task } from '../../task/task.js';
import { type ForeignAnswer, judgeForeign, usageOf } from './answer.js';

const contentSchema = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))])
  .transform((content) =>
    typeof content === 'string' ? content : content.map(({ text }) => text ?? '').join(''),
  );

const sampleSchema = z.object({
  epoch: z.int().positive().catch(1),
  input: z.union([z.string(), z.array(z.object({ role: z.string(), content: contentSchema }))]),
  output: z
    .object({
      choices: z
        .array(
          z.object({
            message: z.object({ content: contentSchema }),
            stop_reason: z.string().nullish(),
            logprobs: logprobsSchema,
          }),
        )
        .default([]),
      usage: z
        .object({ input_tokens: z.unknown(), output_tokens: z.unknown() })
        .partial()
        .nullish(),
      time: z.number().nonnegative().nullish(),
      error: z.string().nullish(),
    })
    .nullish(),
  error: z.object({ message: z.string() }).nullish(),
});

/** A log of inspect_ai in its JSON form, as far as it is read: https://inspect.aisi.org.uk/eval-logs.html */
export const inspectLogSchema = z.object({
  eval: z.object({ model: z.string() }),
  samples: z.array(sampleSchema),
});

/** Why an answer ended, in OpenAI's words. */
const FINISHED: Readonly<Record<string, string>> = {
  max_tokens: 'length',
  model_length: 'length',
  content_filter: 'content_filter',
};

/** The answers of a log; an epoch is a run. */
export function answersOfLog(
  { eval: { model }, samples }: z.infer<typeof inspectLogSchema>,
  task: Task,
): ForeignAnswer[] {
  return samples.map(({ epoch, input, output, error }) => {
    const choice = output?.choices[0];
    const reply = {
      text: choice?.message.content ?? '',
      error: error?.message ?? output?.error ?? (choice ? undefined : 'it was not asked'),
      finishReason: FINISHED[choice?.stop_reason ?? ''],
      usage: usageOf(output?.usage?.input_tokens, output?.usage?.output_tokens),
      latencyMs: output?.time == null ? null : Math.round(output.time * 1000),
      ...(choice?.logprobs ? { logprobs: choice.logprobs } : {}),
    };
    return { texts: textsOf(input), model, run: epoch, verdict: judgeForeign(reply, model, task) };
  });
}

/** The last that the user says, where a sample is a whole chat. */
function textsOf(input: z.infer<typeof sampleSchema>['input']): string[] {
  if (typeof input === 'string') return [input];
  const text = input.findLast(({ role }) => role === 'user')?.content;
  return text === undefined ? [] : [text];
}
