import type { ChatMessage } from '../prompts/index.js';
import { costOf, roundDollars } from './cost.js';
import type { Price } from './price.js';
import { countPrompt, type EncodingName, openTokenizer, type Tokenizer } from './tokens.js';

/** Tokens of an answer: of the label alone, as expected, and the most that the request allows. */
export interface AnswerTokens {
  readonly low: number;
  readonly expected: number;
  readonly most: number;
}

/** A label and the token that ends it. */
const LABEL_TOKENS = 3;

/** An assumption: models that think take from some tens to thousands of tokens for a label. */
const EXPECTED_THINKING_TOKENS = 300;

/** Tokenizers of one time differ by less, on ordinary text. */
const ESTIMATE_MARGIN = 1.5;

/** Estimates the tokens and the cost of rows for one model. */
export class Estimator {
  readonly tokenizer: Tokenizer;
  readonly answer: AnswerTokens;
  readonly price: Price | undefined;
  readonly #messagesFor: (text: string) => readonly ChatMessage[];

  constructor(options: {
    tokenizer: Tokenizer;
    answer: AnswerTokens;
    price: Price | undefined;
    messagesFor: (text: string) => readonly ChatMessage[];
  }) {
    this.tokenizer = options.tokenizer;
    this.answer = options.answer;
    this.price = options.price;
    this.#messagesFor = options.messagesFor;
  }

  promptTokens(text: string): number {
    return countPrompt(this.#messagesFor(text), this.tokenizer);
  }

  /** Dollars, null where the price is unknown. */
  cost(promptTokens: number, answerTokens: number): number | null {
    const usage = { prompt_tokens: promptTokens, completion_tokens: answerTokens };
    return costOf(usage, this.price);
  }

  /** The most that a request may cost; with a margin where the tokens are an estimate. */
  mostCost(promptTokens: number, answerTokens: number): number | null {
    const margin = this.tokenizer.exact ? 1 : ESTIMATE_MARGIN;
    return this.cost(promptTokens * margin, answerTokens);
  }
}

/** Loads a tokenizer and makes the estimator of a model. */
export async function openEstimator(model: {
  /** The model's own, where it is published. */
  encoding: EncodingName | undefined;
  price: Price | undefined;
  mostAnswerTokens: number;
  thinks: boolean;
  messagesFor: (text: string) => readonly ChatMessage[];
}): Promise<Estimator> {
  const { encoding, price, thinks, mostAnswerTokens: most, messagesFor } = model;
  const low = Math.min(LABEL_TOKENS, most); // A moderation has no answer of tokens.
  const expected = Math.min(LABEL_TOKENS + (thinks ? EXPECTED_THINKING_TOKENS : 0), most);
  return new Estimator({
    tokenizer: await openTokenizer(encoding),
    answer: { low, expected, most },
    price,
    messagesFor,
  });
}

/** What a run would take. */
export interface Estimate {
  /** Rows of the selection. */
  rows: number;
  /** Rows that need no request: they are on disk. */
  onDisk: number;
  /** Rows that wait in batches, and are paid for; absent where none do. */
  inBatches?: number;
  /** Rows that are put to a server; a cascade answers others by itself. */
  sent: number;
  /** Tokens of the prompts still to be sent. */
  promptTokens: number;
  answerTokens: { low: number; expected: number };
  /** Dollars; null where the price is unknown. */
  usd: { low: number; expected: number } | null;
}

/**
 * Adds up what the rows of a run would take; nothing is sent.
 *
 * @param isDone - whether a row is on disk
 * @param asks - whether a text is put to a server at all; default: each is
 * @param meanAnswerTokens - as measured on rows of this model, where there are any
 */
export async function estimateRun<S extends { readonly text: string }>(
  samples: AsyncIterable<S>,
  {
    estimator,
    isDone,
    asks = () => true,
    meanAnswerTokens,
  }: {
    estimator: Estimator | undefined;
    isDone: (sample: S) => boolean;
    asks?: ((text: string) => boolean) | undefined;
    meanAnswerTokens?: number | undefined;
  },
): Promise<Estimate> {
  let rows = 0;
  let onDisk = 0;
  let asked = 0;
  let promptTokens = 0;
  for await (const sample of samples) {
    rows += 1;
    if (isDone(sample)) onDisk += 1;
    else if (asks(sample.text)) {
      asked += 1;
      promptTokens += estimator?.promptTokens(sample.text) ?? 0;
    }
  }
  const { low = 0, expected = 0 } = estimator?.answer ?? {};
  const answerTokens = {
    low: Math.round(asked * Math.min(low, meanAnswerTokens ?? low)),
    expected: Math.round(asked * (meanAnswerTokens ?? expected)),
  };
  const cost = (answer: number) => (estimator ? estimator.cost(promptTokens, answer) : 0);
  const least = cost(answerTokens.low);
  const likely = cost(answerTokens.expected);
  const usd =
    least === null || likely === null
      ? null
      : { low: roundDollars(least), expected: roundDollars(likely) };
  return { rows, onDisk, sent: asked, promptTokens, answerTokens, usd };
}

/** What several runs of one model would take together. */
export function addEstimates(estimates: readonly Estimate[]): Estimate {
  const sum = (of: (estimate: Estimate) => number) =>
    estimates.reduce((total, estimate) => total + of(estimate), 0);
  const isPriced = estimates.every(({ usd }) => usd !== null);
  return {
    rows: sum(({ rows }) => rows),
    onDisk: sum(({ onDisk }) => onDisk),
    sent: sum(({ sent }) => sent),
    promptTokens: sum(({ promptTokens }) => promptTokens),
    answerTokens: {
      low: sum(({ answerTokens }) => answerTokens.low),
      expected: sum(({ answerTokens }) => answerTokens.expected),
    },
    usd: isPriced
      ? {
          low: roundDollars(sum(({ usd }) => usd?.low ?? 0)),
          expected: roundDollars(sum(({ usd }) => usd?.expected ?? 0)),
        }
      : null,
  };
}
