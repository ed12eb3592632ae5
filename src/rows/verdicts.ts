import {
  ANSWERED_BY,
  LABELS,
  type RowLabel,
  UNANSWERED,
  type UnansweredOutcome,
} from '../terms.js';
import type { Usage, Verdict } from '../verdict.js';
import { codesBy, countOf, pick, pickEach, valueAt } from './column.js';
import { type Labels, NO_LABEL } from './labels.js';

/** What a model said of a row: a label, or why there is none. A verdict's state is its place here. */
export const SAID = [...LABELS, ...UNANSWERED, 'not asked'] as const;
export type Said = RowLabel | UnansweredOutcome | 'not asked';

export const NOT_ASKED = SAID.indexOf('not asked');

/** Whether a state is a label; it is the label's code then. */
export const isAnswer = (state: number) => state < LABELS.length;

/** One for each row of a file, in its order; undefined where the model was not asked. */
export interface VerdictList {
  readonly length: number;
  at(row: number): Verdict | undefined;
}

export type VerdictColumns = {
  readonly scores: Float64Array | undefined;
  /** 1 for failures that asking again may help. */
  readonly retryable: Uint8Array | undefined;
  readonly costs: Float64Array | undefined;
  readonly latencies: Float64Array | undefined;
  readonly promptTokens: Float64Array | undefined;
  readonly completionTokens: Float64Array | undefined;
  readonly cachedTokens: Float64Array | undefined;
  readonly reasoningTokens: Float64Array | undefined;
  readonly studentScores: Float64Array | undefined;
  /** A place in {@link ANSWERED_BY} and 1; 0 where the model is no cascade. */
  readonly answeredBy: Uint8Array | undefined;
};

/**
 * What one model said of the rows of a file, by column: some thirty bytes a row. Numbers are NaN where
 * a row has none, and a column is absent where no row has one. Replies and errors are not kept.
 */
export class Verdicts implements VerdictList {
  /** Places in {@link SAID}. */
  readonly states: Uint8Array;
  /** Of answers alone. */
  readonly scores: Float64Array | undefined;
  readonly costs: Float64Array | undefined;
  readonly latencies: Float64Array | undefined;
  readonly studentScores: Float64Array | undefined;
  readonly #columns: VerdictColumns;
  #labels: Labels | undefined;

  constructor(states: Uint8Array, columns: VerdictColumns) {
    this.states = states;
    this.scores = columns.scores;
    this.costs = columns.costs;
    this.latencies = columns.latencies;
    this.studentScores = columns.studentScores;
    this.#columns = columns;
  }

  /** The labels that the model gave; none for rows that it did not answer. */
  get labels(): Labels {
    this.#labels ??= codesBy(this.length, (row) => {
      const state = this.states[row] as number;
      return isAnswer(state) ? state : NO_LABEL;
    });
    return this.#labels;
  }

  get length(): number {
    return this.states.length;
  }

  /** Failures that asking again may help. */
  get retryable(): number {
    return this.#columns.retryable?.reduce((sum, is) => sum + is, 0) ?? 0;
  }

  /** Whether each answer has a score. */
  get isScored(): boolean {
    return this.states.every((state, row) => !isAnswer(state) || this.scoreOf(row) !== undefined);
  }

  /** Whether the model is a cascade, as far as its rows say. */
  get isCascade(): boolean {
    return this.#columns.answeredBy !== undefined;
  }

  saidOf(row: number): Said {
    return SAID[this.states[row] ?? NOT_ASKED] ?? 'not asked';
  }

  isAsked(row: number): boolean {
    return (this.states[row] ?? NOT_ASKED) !== NOT_ASKED;
  }

  /** How many rows were asked. */
  get asked(): number {
    return this.length - countOf(this.states, NOT_ASKED);
  }

  /** Whether the row was asked and got no label. */
  isUnanswered(row: number): boolean {
    const state = this.states[row] ?? NOT_ASKED;
    return !isAnswer(state) && state !== NOT_ASKED;
  }

  /** Undefined where the row was not answered, or its answer has none. */
  scoreOf(row: number): number | undefined {
    return valueAt(this.scores, row);
  }

  /** Dollars; null where that is unknown. */
  costOf(row: number): number | null {
    return valueAt(this.costs, row) ?? null;
  }

  studentScoreOf(row: number): number | undefined {
    return valueAt(this.studentScores, row);
  }

  /** Undefined where the model is no cascade. */
  answeredBy(row: number): Verdict['answeredBy'] {
    return ANSWERED_BY[(this.#columns.answeredBy?.[row] ?? 0) - 1];
  }

  usageOf(row: number): Usage | null {
    const { promptTokens, completionTokens, cachedTokens, reasoningTokens } = this.#columns;
    const prompt_tokens = valueAt(promptTokens, row);
    if (prompt_tokens === undefined) return null;
    const usage: Usage = {
      prompt_tokens,
      completion_tokens: valueAt(completionTokens, row) ?? 0,
    };
    const cached = valueAt(cachedTokens, row);
    const reasoning = valueAt(reasoningTokens, row);
    if (cached !== undefined) usage.cached_tokens = cached;
    if (reasoning !== undefined) usage.reasoning_tokens = reasoning;
    return usage;
  }

  /** As an object, without what the columns do not hold. */
  at(row: number): Verdict | undefined {
    const said = this.saidOf(row);
    if (said === 'not asked') return undefined;
    const answeredBy = this.answeredBy(row);
    const studentScore = this.studentScoreOf(row);
    const took = {
      raw: '',
      usage: this.usageOf(row),
      costUsd: this.costOf(row),
      latencyMs: valueAt(this.latencies, row) ?? null,
      ...(answeredBy === undefined ? {} : { answeredBy }),
      ...(studentScore === undefined ? {} : { studentScore }),
    };
    if (said === 'failed')
      return { outcome: said, error: '', retryable: this.#columns.retryable?.[row] === 1, ...took };
    if (said !== 'positive' && said !== 'negative') return { outcome: said, ...took };
    const score = this.scoreOf(row);
    return { outcome: 'answered', label: said, ...(score === undefined ? {} : { score }), ...took };
  }

  *[Symbol.iterator](): Generator<Verdict | undefined> {
    for (let row = 0; row < this.length; row++) yield this.at(row);
  }

  /** The same with other labels or scores. */
  with(changed: { readonly states?: Uint8Array; readonly scores?: Float64Array }): Verdicts {
    const { states = this.states, scores = this.scores } = changed;
    return new Verdicts(states, { ...this.#columns, scores });
  }

  /** Those of some rows, in the order of these. */
  pick(rows: ArrayLike<number>): Verdicts {
    return new Verdicts(pick(this.states, rows), pickEach(this.#columns, rows));
  }
}
