import { costOf } from '../pricing/cost.js';
import type { Estimator } from '../pricing/estimate.js';
import type { Price } from '../pricing/price.js';
import { type Prompt, promptId, renderMessages } from '../prompts/index.js';
import type { Budget } from '../requests/budget.js';
import { type Clock, systemClock } from '../requests/clock.js';
import { failureOf } from '../requests/failures.js';
import type { Sent } from '../requests/sender.js';
import type { Sample } from '../sample.js';
import { addUsage, type Verdict } from '../verdict.js';
import { adaptForm, formMessages, formSchema, type RequestForm } from './adaptation.js';
import type { BatchSide } from './batch-side.js';
import type { Model } from './classifier.js';
import { openClient } from './client.js';
import { type Constraint, constraintParameters } from './constraint.js';
import { batchLimitsOf, quirksOf } from './providers.js';
import { judgeReply, type Reply, readReply } from './reply.js';
import { scoreFromLogprobs } from './score.js';
import { judgeBy, type Server } from './server.js';
import { thinks } from './thinks.js';

/** Tokens for a model that thinks before it answers. */
const THINKING_TOKENS = 4096;

/** A chat model behind an OpenAI-compatible server. */
export interface ChatModelOptions extends Server {
  readonly prompt: Prompt;
  /** Of a row, as the run asks it. */
  readonly price: Price | undefined;
  /** Of a row that is asked at once, in a run whose rows are put in batches. Default: `price`. */
  readonly directPrice?: Price | undefined;
  readonly budget?: Budget | undefined;
  readonly clock?: Clock | undefined;
  readonly estimator: Estimator | undefined;
  /** Whether to request log-probabilities; undefined: unless the model is known to refuse. */
  readonly logprobs?: boolean | undefined;
  /** How the server is to hold the model to the choices of the prompt; undefined: not at all. */
  readonly constraint?: Constraint | undefined;
}

/** A reply with the form of the request that it answers. */
interface Answer extends Sent {
  readonly reply: Reply;
  readonly form: RequestForm;
}

/** Makes a classifier of a chat model. Nothing is sent before its first sample. */
export function openChatModel(options: ChatModelOptions): Model {
  const { id, provider, prompt, sender, price, estimator, note } = options;
  const { directPrice = price } = options;
  const client = openClient(options);
  let form = firstForm(options);

  const bodyOf = (sample: Sample, sent: RequestForm) => ({
    model: id,
    messages: formMessages(renderMessages(prompt, sample.text), sent),
    ...sent.parameters,
  });

  const send = async (sample: Sample, sent: RequestForm, own: AbortSignal): Promise<Answer> => {
    const { data, response } = await client.chat.completions
      .create(bodyOf(sample, sent), { signal: own })
      .withResponse();
    const reply = readReply(data);
    return { reply, form: sent, usage: reply.usage, headers: response.headers };
  };

  const adapt = (sent: RequestForm, error: unknown, { text }: Sample): boolean => {
    const adapted = adaptForm(sent, error, text);
    if (!adapted) return false;
    if (sent !== form) return true; // Another request in flight has adapted it already.
    form = adapted.form;
    note(adapted.change);
    return true;
  };

  /** How many times what a row of the run costs one costs that is asked at once. */
  const dearness = directPrice && price?.output ? directPrice.output / price.output : 1;

  const ask = (sample: Sample, signal: AbortSignal) => {
    const promptTokens = estimator?.promptTokens(sample.text) ?? 0;
    const shoot = () => {
      const sent = form;
      const usd = (estimator?.mostCost(promptTokens, roomOf(sent)) ?? 0) * dearness;
      return {
        send: (own: AbortSignal) => send(sample, sent, own),
        mostCost: { usd, isGuess: limitOf(sent) === undefined },
        adapt: (error: unknown) => adapt(sent, error, sample),
      };
    };
    return sender.send(
      {
        shoot,
        tokens: () => promptTokens + (estimator ? roomOf(form) : 0),
        costOf: (usage) => costOf(usage, directPrice),
        failureOf: (error) => failureOf(error, sample.text),
        onRetry: options.onRetry,
      },
      signal,
    );
  };

  const giveRoom = () => {
    if (roomOf(form) >= THINKING_TOKENS) return; // Another row has found it out already.
    form = withRoom(form);
    note(`it thinks before it answers: giving it ${THINKING_TOKENS} tokens`);
  };

  const classify = (sample: Sample, signal: AbortSignal): Promise<Verdict> =>
    judgeBy({ ...options, price: directPrice }, async (latencyMs) => {
      const first = await ask(sample, signal);
      if (!needsRoom(first)) return verdictOf(first.reply, [first], directPrice, latencyMs());
      giveRoom();
      const second = await ask(sample, signal).catch((error) => {
        sender.addPossiblyBilled(costOf(first.usage, directPrice) ?? 0); // No row on disk shows it.
        throw error;
      });
      return verdictOf(second.reply, [first, second], directPrice, latencyMs());
    });

  const verdictOf = (
    reply: Reply,
    answers: readonly Pick<Answer, 'usage'>[],
    paid: Price | undefined,
    latencyMs: number | null,
  ): Verdict => {
    const usages = answers.map(({ usage }) => usage);
    const usage = usages.includes(null) ? null : usages.reduce(addUsage, null);
    const raw = reply.refusal ?? reply.text;
    const answer = { raw, usage, costUsd: costOf(usage, paid), latencyMs };
    const verdict: Verdict = Object.assign(answer, judgeReply(reply, prompt));
    if (verdict.outcome !== 'answered' || !reply.logprobs) return verdict;
    const score = scoreFromLogprobs(reply.logprobs, prompt);
    if (score !== undefined) verdict.score = score;
    return verdict;
  };

  const batch: BatchSide = {
    url: '/v1/chat/completions',
    server: options,
    limits: batchLimitsOf(provider),
    price,
    budget: options.budget,
    clock: options.clock ?? systemClock,
    maxRetries: options.maxRetries,
    bodyOf: (sample) => bodyOf(sample, form),
    verdictOf: (response) => {
      const reply = readReply(response);
      return verdictOf(reply, [reply], price, null);
    },
    mostCost: (text) => estimator?.mostCost(estimator.promptTokens(text), roomOf(form)) ?? 0,
    form: {
      current: () => form,
      use: (kept) => {
        const parsed = formSchema.safeParse(kept);
        if (parsed.success) form = parsed.data;
        return parsed.success;
      },
      isRefusedBy: (error, rowText) => adaptForm(form, error, rowText) !== undefined,
    },
  };

  return {
    id,
    provider,
    prompt: promptId(prompt),
    scores: asksLogprobs(options) ? 'maybe' : 'never',
    price,
    estimator,
    possiblyBilled: () => sender.possiblyBilled,
    addPossiblyBilled: (usd) => sender.addPossiblyBilled(usd),
    classify,
    batch: quirksOf(provider).speaks === undefined ? batch : undefined,
  };
}

/** The tokens that an answer of a model may take. */
export const answerRoom = (id: string, prompt: Prompt) =>
  thinks(id) ? THINKING_TOKENS : prompt.answerTokens;

/** Enough candidates to hold both verdicts in most of their spellings; some servers allow no more. */
const TOP_LOGPROBS = 5;

/** A server sends what the model would have said unheld: the answers stand further down. It allows these. */
const TOP_LOGPROBS_HELD = 20;

function firstForm(options: ChatModelOptions): RequestForm {
  const { id, provider, prompt, constraint } = options;
  const { answerLimit = 'max_tokens' } = quirksOf(provider);
  const limit = { [answerLimit]: answerRoom(id, prompt) };
  const isHeld = constraint === 'choice' || constraint === 'grammar';
  const top_logprobs = isHeld ? TOP_LOGPROBS_HELD : TOP_LOGPROBS;
  const scores = asksLogprobs(options) ? { logprobs: true as const, top_logprobs } : {};
  const held = constraintParameters(constraint, prompt.choices);
  return { parameters: { temperature: 0, ...limit, ...scores, ...held }, foldSystem: false };
}

/** A model that is known to refuse log-probabilities is not asked, to save the refused request. */
function asksLogprobs({ id, provider, logprobs }: ChatModelOptions): boolean {
  const { noLogprobsWithThinking, speaks } = quirksOf(provider);
  if (speaks !== undefined) return false;
  return logprobs ?? !(noLogprobsWithThinking && thinks(id));
}

function needsRoom({ reply, form }: Answer): boolean {
  return reply.finishReason === 'length' && reply.reasoned && roomOf(form) < THINKING_TOKENS;
}

/** Undefined where the server refuses every limit. */
const limitOf = ({ parameters }: RequestForm) =>
  parameters.max_tokens ?? parameters.max_completion_tokens;

const roomOf = (form: RequestForm) => limitOf(form) ?? THINKING_TOKENS;

function withRoom(form: RequestForm): RequestForm {
  const limit = form.parameters.max_tokens === undefined ? 'max_completion_tokens' : 'max_tokens';
  return { ...form, parameters: { ...form.parameters, [limit]: THINKING_TOKENS } };
}
