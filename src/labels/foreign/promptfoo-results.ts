import { z } from 'zod';
import type { Task } from '../../task/task.js';
import { type ForeignAnswer, judgeForeign, usageOf } from './answer.js';

const resultSchema = z.object({
  vars: z.record(z.string(), z.unknown()),
  provider: z.object({ id: z.string(), label: z.string().nullish() }),
  /** Of the template; `promptIdx` counts the pairs of a template and a provider. */
  promptId: z.string().catch(''),
  testIdx: z.int().nonnegative().optional(),
  response: z
    .object({
      output: z.unknown(),
      error: z.string().nullish(),
      finishReason: z.string().nullish(),
      tokenUsage: z.object({ prompt: z.unknown(), completion: z.unknown() }).partial().nullish(),
    })
    .nullish(),
  error: z.string().nullish(),
  cost: z.number().nonnegative().nullish(),
  latencyMs: z.number().nonnegative().nullish(),
});

/** What `promptfoo eval --output results.json` writes, as far as it is read; version 3 of it. */
export const promptfooSchema = z.object({
  results: z.object({ results: z.array(resultSchema) }),
});

/** The answers in promptfoo's results: each pair of a provider and a prompt is a model of its own. */
export function answersOfPromptfoo(
  { results: { results } }: z.infer<typeof promptfooSchema>,
  task: Task,
): ForeignAnswer[] {
  const prompts = [...new Set(results.map(({ promptId }) => promptId))];
  const asked = new Map<string, number>();
  return results.map(({ vars, provider, promptId, testIdx, response, error, ...rest }) => {
    const id = provider.label || provider.id;
    const model = prompts.length > 1 ? `${id}, prompt ${prompts.indexOf(promptId) + 1}` : id;
    const texts = Object.values(vars).filter((value) => typeof value === 'string');
    const key = JSON.stringify([model, testIdx ?? texts]);
    const run = (asked.get(key) ?? 0) + 1;
    asked.set(key, run);
    const output = response?.output;
    const reply = {
      text: typeof output === 'string' ? output : output == null ? '' : JSON.stringify(output),
      finishReason: response?.finishReason ?? undefined,
      error: response?.error ?? (output == null ? (error ?? 'it was not asked') : undefined),
      usage: usageOf(response?.tokenUsage?.prompt, response?.tokenUsage?.completion),
      costUsd: rest.cost || null, // It writes 0 where it knows no price.
      latencyMs: rest.latencyMs ?? null,
    };
    return { texts, model, run, verdict: judgeForeign(reply, provider.id, task) };
  });
}
