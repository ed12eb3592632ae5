import { z } from 'zod';
import type { ModelFetch } from '../requests/transport.js';
import { jsonHeaders } from './json-headers.js';

/** The version of the protocol; the newest, and the only one since June 2023. */
const VERSION = '2023-06-01';

const requestSchema = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  temperature: z.number().optional(),
  max_tokens: z.int().optional(),
});

const messageSchema = z.object({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  stop_reason: z.string().nullish(),
  usage: z
    .object({
      input_tokens: z.int(),
      output_tokens: z.int(),
      cache_read_input_tokens: z.int().nullish(),
      cache_creation_input_tokens: z.int().nullish(),
    })
    .nullish(),
});

/** Why a message ended, in OpenAI's words; all other reasons are a proper end. */
const FINISHED: Readonly<Record<string, string>> = {
  max_tokens: 'length',
  model_context_window_exceeded: 'length',
};

/**
 * Puts chat completions to Anthropic's Messages API, and its replies into their form. It gives no
 * log-probabilities. Errors pass as they are: theirs has its message where OpenAI's has.
 *
 * @see https://platform.claude.com/docs/en/api/messages
 */
export const throughMessages =
  (send: ModelFetch, apiKey: string | undefined): ModelFetch =>
  async (url, { body, ...request }) => {
    const headers = { ...jsonHeaders('x-api-key', apiKey), 'anthropic-version': VERSION };
    const to = url.replace(/\/chat\/completions$/, '/messages');
    const response = await send(to, { ...request, headers, body: messagesRequest(body ?? '') });
    if (!response.ok) return response;
    return Response.json(completionOf(await response.json()));
  };

function messagesRequest(body: string): string {
  const { messages, ...rest } = requestSchema.parse(JSON.parse(body));
  const system = messages.filter(({ role }) => role === 'system').map(({ content }) => content);
  return JSON.stringify({
    ...rest,
    ...(system.length === 0 ? {} : { system: system.join('\n\n') }),
    messages: messages.filter(({ role }) => role !== 'system'),
  });
}

/** What is no message passes as it is, and its reader says so. */
function completionOf(value: unknown): unknown {
  const parsed = messageSchema.safeParse(value);
  if (!parsed.success) return value;
  const { content, stop_reason, usage } = parsed.data;
  const text = content.map((block) => (block.type === 'text' ? (block.text ?? '') : '')).join('');
  const isRefused = stop_reason === 'refusal';
  const message = {
    content: text,
    ...(isRefused ? { refusal: text || 'stop_reason is refusal' } : {}),
    ...(content.some(({ type }) => /thinking/.test(type)) ? { reasoning: 'thinking' } : {}),
  };
  const finish_reason = FINISHED[stop_reason ?? ''] ?? 'stop';
  return { choices: [{ finish_reason, message }], usage: usage && usageOf(usage) };
}

/** Their `input_tokens` are without those read from a cache or written to one. */
function usageOf(usage: NonNullable<z.infer<typeof messageSchema>['usage']>) {
  const cached = usage.cache_read_input_tokens ?? 0;
  return {
    prompt_tokens: usage.input_tokens + cached + (usage.cache_creation_input_tokens ?? 0),
    completion_tokens: usage.output_tokens,
    prompt_tokens_details: { cached_tokens: cached },
  };
}
