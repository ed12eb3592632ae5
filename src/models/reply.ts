import { z } from 'zod';
import { show } from '../errors.js';
import type { Prompt, Reading } from '../prompts/index.js';
import { MalformedReplyError } from '../requests/malformed-reply.js';
import type { Usage } from '../verdict.js';
import { logprobsSchema, type TokenLogprob } from './logprobs.js';

const tokens = z.int().nonnegative().nullish();

/** A text, or a list of parts of which some are text and others a model's thinking. */
const contentSchema = z
  .union([z.string(), z.array(z.looseObject({ text: z.string().optional() }))])
  .nullish()
  .transform((content) =>
    Array.isArray(content) ? content.map(({ text }) => text ?? '').join('') : (content ?? ''),
  );

/** Tokens as a server counts them, which it need not do. */
export const servedUsageSchema = z
  .object({
    prompt_tokens: tokens,
    completion_tokens: tokens,
    total_tokens: tokens,
    prompt_tokens_details: z.object({ cached_tokens: tokens }).nullish(),
    completion_tokens_details: z.object({ reasoning_tokens: tokens }).nullish(),
  })
  .nullish()
  .catch(undefined);

const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        finish_reason: z.string().nullish(),
        logprobs: logprobsSchema,
        message: z.object({
          content: contentSchema,
          refusal: z.string().nullish(),
          /** Where servers put a reasoning model's thinking: vLLM and others, OpenRouter, Ollama. */
          reasoning_content: z.string().nullish(),
          reasoning: z.string().nullish(),
        }),
      }),
    )
    .min(1),
  usage: servedUsageSchema,
});

/** A chat completion, reduced to what a verdict needs. */
export interface Reply {
  readonly text: string;
  readonly refusal: string | undefined;
  readonly finishReason: string | undefined;
  /** True where the model spent tokens on thinking. */
  readonly reasoned: boolean;
  readonly usage: Usage | null;
  /** The reply's tokens, where the server sent them with their probabilities. */
  readonly logprobs?: readonly TokenLogprob[];
}

/** @throws MalformedReplyError when the body is not a chat completion, which is worth another try */
export function readReply(body: unknown): Reply {
  const value = parseBody(body);
  const parsed = completionSchema.safeParse(value);
  if (!parsed.success) throw malformed(value, 'a chat completion');
  const { choices, usage } = parsed.data;
  const [choice] = choices;
  if (choice?.finish_reason === 'error') throw new MalformedReplyError(stoppedByError(value));
  const message = choice?.message;
  const { text, thinking } = splitThinking(message?.content ?? '');
  const reasoningTokens = usage?.completion_tokens_details?.reasoning_tokens ?? 0;
  return {
    text,
    refusal: message?.refusal ?? undefined,
    finishReason: choice?.finish_reason ?? undefined,
    reasoned: Boolean(
      thinking || message?.reasoning_content || message?.reasoning || reasoningTokens,
    ),
    usage: readUsage(usage),
    ...(choice?.logprobs ? { logprobs: choice.logprobs } : {}),
  };
}

/** Gateways may answer 200 and put what went wrong into the body. */
const errorSchema = z.object({ error: z.object({ message: z.string() }) });

/** A gateway whose provider fails midway ends the answer with this; what there is of it is no answer. */
function stoppedByError(value: unknown): string {
  const parsed = errorSchema.safeParse((value as { choices: unknown[] }).choices[0]);
  const detail = parsed.success ? `: ${parsed.data.error.message}` : '';
  return `the server broke the answer off with finish_reason "error"${detail}`;
}

/** The error for a body that is not what it should be, in the server's own words if it has any. */
export function malformed(value: unknown, expected: string): MalformedReplyError {
  const error = errorSchema.safeParse(value);
  return new MalformedReplyError(
    error.success ? error.data.error.message : `not ${expected}: ${show(value)}`,
  );
}

/** The SDK parses only what is sent as JSON; some servers send it as plain text. */
export function parseBody(body: unknown): unknown {
  if (typeof body !== 'string') return body;
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}

/** Servers without a reasoning parser leave the thinking in front of the answer. */
function splitThinking(content: string): { text: string; thinking: boolean } {
  if (!/^\s*<think>/.test(content)) return { text: content, thinking: false };
  const end = content.indexOf('</think>');
  return { text: end === -1 ? '' : content.slice(end + '</think>'.length), thinking: true };
}

/** Half a count is none: what is missing would pass for 0, and cost nothing. */
export function readUsage(usage: z.infer<typeof servedUsageSchema>): Usage | null {
  const { prompt_tokens: prompt, total_tokens: total } = usage ?? {};
  if (prompt == null) return null;
  const answer = usage?.completion_tokens ?? (total == null ? null : Math.max(0, total - prompt));
  if (answer === null) return null;
  const cached = usage?.prompt_tokens_details?.cached_tokens;
  const reasoning = usage?.completion_tokens_details?.reasoning_tokens;
  return {
    prompt_tokens: prompt,
    completion_tokens: answer,
    ...(cached ? { cached_tokens: cached } : {}),
    ...(reasoning ? { reasoning_tokens: reasoning } : {}),
  };
}

/** What a reply says, with the ways of saying nothing told apart. */
export function judgeReply(
  reply: Reply,
  prompt: Prompt,
): Reading | { outcome: 'filtered' | 'truncated' } {
  if (reply.finishReason === 'content_filter') return { outcome: 'filtered' };
  if (reply.refusal) return { outcome: 'refused' };
  const reading = prompt.parse(reply.text);
  if (reading.outcome !== 'refused' && reply.finishReason === 'length')
    return { outcome: 'truncated' };
  return reading;
}
