import { judgeReply, type Reply } from '../../models/reply.js';
import { scoreFromLogprobs } from '../../models/score.js';
import { customPrompt } from '../../prompts/custom.js';
import { formatFor, type Prompt, promptOf } from '../../prompts/index.js';
import { type Task, TEXT_MARK } from '../../task/task.js';
import type { Usage, Verdict } from '../../verdict.js';

/** What a model said of a text, as another program kept it. */
export interface ForeignAnswer {
  /** Those of the row's texts that may be the one that was judged, the likeliest first. */
  readonly texts: readonly string[];
  /** The model, and what else tells its answers from others in the file; null where nothing does. */
  readonly model: string | null;
  /** Which of the times that its row was asked it is of, from 1. */
  readonly run: number;
  readonly verdict: Verdict;
}

/** A reply in the words of a model, with what came along. */
export interface ForeignReply extends Partial<Omit<Reply, 'text'>> {
  readonly text: string;
  /** Why there is no reply. */
  readonly error?: string | undefined;
  readonly costUsd?: number | null | undefined;
  readonly latencyMs?: number | null | undefined;
}

/** Judges a reply as if the model had been asked here: as its guard's format or the task has it. */
export function judgeForeign(reply: ForeignReply, model: string | null, task: Task): Verdict {
  const { text, error, usage = null, costUsd = null, latencyMs = null } = reply;
  const took = { usage, costUsd, latencyMs };
  if (error !== undefined && text === '') {
    return { outcome: 'failed', error, retryable: false, raw: '', ...took };
  }
  const prompt = promptFor(model ?? '', task);
  const full = { refusal: undefined, finishReason: undefined, reasoned: false, usage, ...reply };
  const judged = judgeReply(full, prompt);
  const score =
    judged.outcome === 'answered' && reply.logprobs
      ? scoreFromLogprobs(reply.logprobs, prompt)
      : undefined;
  return { ...judged, ...(score === undefined ? {} : { score }), raw: text, ...took };
}

/** It asks nothing here, so that a task without a policy will do. */
function promptFor(model: string, task: Task): Prompt {
  const format = formatFor(model);
  return format.models ? promptOf(format, task) : customPrompt(task, TEXT_MARK);
}

/** Tokens as other programs count them; null where one of the two is missing. */
export const usageOf = (prompt: unknown, completion: unknown): Usage | null =>
  isCount(prompt) && isCount(completion)
    ? { prompt_tokens: prompt, completion_tokens: completion }
    : null;

const isCount = (value: unknown): value is number => Number.isInteger(value) && Number(value) >= 0;
