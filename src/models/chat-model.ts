import OpenAI from 'openai';
import { EXIT, UserError } from '../errors.js';
import { costOf } from '../pricing/cost.js';
import type { Estimator } from '../pricing/estimate.js';
import type { Price } from '../pricing/prices.js';
import { type Prompt, promptId, renderMessages } from '../prompts/index.js';
import { addUsage, type Sample, type Usage, type Verdict } from '../records.js';
import { type Failure, failureOf } from '../requests/failures.js';
import type { Redact } from '../requests/redact.js';
import { RequestError, type Sender, type Sent } from '../requests/sender.js';
import type { Transport } from '../requests/transport.js';
import { adaptForm, formMessages, type RequestForm } from './adaptation.js';
import type { Model } from './classifier.js';
import { judgeReply, type Reply, readReply } from './reply.js';

/** Tokens for a model that thinks before it answers. */
const THINKING_TOKENS = 4096;
const THINKS = /(?:^|\/)(?:o[134]\b|gpt-[56])|gpt-oss|deepseek-r1|qwq|magistral|reasoner|thinking/i;

/** A model behind an OpenAI-compatible server. */
export interface ChatModelOptions {
  readonly id: string;
  readonly provider: string;
  readonly baseUrl: string;
  /** Undefined where the server wants none. */
  readonly apiKey: string | undefined;
  readonly prompt: Prompt;
  readonly transport: Transport;
  readonly redact: Redact;
  readonly sender: Sender;
  /** For one request, from its sending to the end of its reply. */
  readonly timeoutMs: number;
  readonly price: Price | undefined;
  readonly estimator: Estimator | undefined;
  /** Told of what was adapted to the server, and of each retry. */
  readonly onNote?: ((note: string) => void) | undefined;
}

/** A reply with the form of the request that it answers. */
interface Answer extends Sent {
  readonly reply: Reply;
  readonly form: RequestForm;
}

/** Makes a classifier of a chat model. Nothing is sent before its first sample. */
export function openChatModel(options: ChatModelOptions): Model {
  const { id, provider, prompt, redact, sender, price, estimator, onNote } = options;
  const client = openClient(options);
  let form = firstForm(options);

  const note = (text: string) => onNote?.(redact(`${provider}:${id}: ${text}`));

  const attempt = async (sample: Sample, own: AbortSignal): Promise<Answer> => {
    const messages = renderMessages(prompt, sample.text);
    for (;;) {
      const sent = form;
      try {
        const request = { model: id, messages: formMessages(messages, sent), ...sent.parameters };
        const { data, response } = await client.chat.completions
          .create(request, { signal: own })
          .withResponse();
        const reply = readReply(data);
        return { reply, form: sent, usage: reply.usage, headers: response.headers };
      } catch (error) {
        const adapted = adaptForm(sent, error, sample.text);
        if (!adapted) throw error;
        if (sent !== form) continue; // Another request in flight has adapted it already.
        form = adapted.form;
        note(adapted.change);
      }
    }
  };

  const ask = (sample: Sample, signal: AbortSignal) => {
    const promptTokens = estimator?.promptTokens(sample.text) ?? 0;
    const mostTokens = estimator ? roomOf(form) : 0;
    return sender.send(
      {
        attempt: (own) => attempt(sample, own),
        tokens: promptTokens + mostTokens,
        mostUsd: estimator?.mostCost(promptTokens, mostTokens) ?? 0,
        costOf: (usage) => costOf(usage, price),
        failureOf: (error) => failureOf(error, sample.text),
        onRetry: (failure, waitMs) => {
          note(`${failure.message}; trying again in ${(waitMs / 1000).toFixed(1)} s`);
        },
      },
      signal,
    );
  };

  const giveRoom = () => {
    if (roomOf(form) >= THINKING_TOKENS) return; // Another row has found it out already.
    form = withRoom(form);
    note(`it thinks before it answers: giving it ${THINKING_TOKENS} tokens`);
  };

  const classify = async (sample: Sample, signal: AbortSignal): Promise<Verdict> => {
    const started = performance.now();
    const latencyMs = () => Math.round(performance.now() - started);
    try {
      const first = await ask(sample, signal);
      if (!needsRoom(first)) return verdictOf(first.reply, first.reply.usage, latencyMs());
      giveRoom();
      const second = await ask(sample, signal);
      const usage = addUsage(first.reply.usage, second.reply.usage);
      return verdictOf(second.reply, usage, latencyMs());
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      const message = redact(error.failure.message);
      if (stopsRun(error.failure, sender.hasAnswered))
        throw stopRun(error.failure, message, options);
      return unansweredBy(error.failure, message, latencyMs());
    }
  };

  const verdictOf = (reply: Reply, usage: Usage | null, latencyMs: number): Verdict => {
    const raw = redact(reply.refusal ?? reply.text);
    return { ...judgeReply(reply, prompt), raw, usage, latencyMs };
  };

  return { id, provider, prompt: promptId(prompt), price, estimator, classify };
}

function openClient({ baseUrl, apiKey, provider, transport, timeoutMs }: ChatModelOptions): OpenAI {
  return new OpenAI({
    baseURL: baseUrl,
    apiKey: apiKey ?? 'none',
    fetch: provider === 'openai' ? transport.modelFetch : withHeadersAlone(transport, apiKey),
    maxRetries: 0,
    timeout: timeoutMs,
    logLevel: 'off',
  });
}

/**
 * The SDK adds headers from variables such as OPENAI_ORG_ID and OPENAI_CUSTOM_HEADERS, which may
 * hold a secret. They are for OpenAI's own eyes: any other server gets these alone.
 */
function withHeadersAlone(
  { modelFetch }: Transport,
  apiKey: string | undefined,
): Transport['modelFetch'] {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  };
  return (url, init) => modelFetch(url, { ...init, headers });
}

/** Whether the id is that of a model which thinks before it answers. */
export const thinks = (id: string) => THINKS.test(id);

/** The tokens that an answer of a model may take. */
export const answerRoom = (id: string, prompt: Prompt) =>
  thinks(id) ? THINKING_TOKENS : prompt.answerTokens;

function firstForm({ id, provider, prompt }: ChatModelOptions): RequestForm {
  const tokens = answerRoom(id, prompt);
  const limit = provider === 'openai' ? { max_completion_tokens: tokens } : { max_tokens: tokens };
  return { parameters: { temperature: 0, ...limit }, foldSystem: false };
}

function needsRoom({ reply, form }: Answer): boolean {
  return reply.finishReason === 'length' && reply.reasoned && roomOf(form) < THINKING_TOKENS;
}

const roomOf = ({ parameters }: RequestForm) =>
  parameters.max_tokens ?? parameters.max_completion_tokens ?? THINKING_TOKENS;

function withRoom(form: RequestForm): RequestForm {
  const limit = form.parameters.max_tokens === undefined ? 'max_completion_tokens' : 'max_tokens';
  return { ...form, parameters: { ...form.parameters, [limit]: THINKING_TOKENS } };
}

/** The verdict on a row whose request failed for good. */
function unansweredBy(failure: Failure, message: string, latencyMs: number): Verdict {
  const nothing = { usage: null, latencyMs };
  if (failure.kind === 'filtered') return { outcome: 'filtered', raw: message, ...nothing };
  const retryable = failure.kind === 'retry';
  return { outcome: 'failed', error: message, retryable, raw: '', ...nothing };
}

/** Whether no other row would fare better. */
function stopsRun(failure: Failure, hasAnswered: boolean): boolean {
  if (failure.kind === 'retry') return failure.cause === 'unreachable' && !hasAnswered;
  return failure.kind !== 'filtered' && failure.kind !== 'row';
}

function stopRun(
  failure: Failure,
  message: string,
  { id, provider, baseUrl }: ChatModelOptions,
): UserError {
  const stop = (text: string, hint: string) =>
    new UserError(`${text}: ${message}`, { hint, exitCode: EXIT.couldNotFinish });
  switch (failure.kind) {
    case 'address':
      return stop(`${baseUrl} sends the requests elsewhere`, 'set the base URL to where it leads');
    case 'key':
      return stop(`${provider} refuses the key`, 'check the key, and that it may use this model');
    case 'model':
      return stop(
        `${provider} has no model "${id}"`,
        'name one that it has with -m PROVIDER:ID, or check the base URL',
      );
    case 'quota':
      return stop(
        `${provider} has stopped the account`,
        'add credit or raise the limit, then run the same command again',
      );
    default:
      return stop(
        `cannot reach ${baseUrl}`,
        'start the server or correct the base URL, then run the same command again',
      );
  }
}
