import {
  ANSWERED_BY,
  LABELS,
  type RowLabel,
  UNANSWERED,
  type UnansweredOutcome,
  type Usage,
  type Verdict,
} from '../records.js';
import { Column, codesBy, countOf, numbers, pick, valueAt } from './column.js';
import { type Labels, NO_LABEL } from './labels.js';

/** What a model said of a row: a label, or why there is none. A verdict's state is its place here. */
export const SAID = [...LABELS, ...UNANSWERED, 'not asked'] as const;
export type Said = RowLabel | UnansweredOutcome | 'not asked';

export const NOT_ASKED = SAID.indexOf('not asked');
const STATES = Object.fromEntries(SAID.map((said, state) => [said, state])) as Record<Said, number>;

/** Whether a state is a label; it is the label's code then. */
export const isAnswer = (state: number) => state < LABELS.length;

/** One for each row of a file, in its order; undefined where the model was not asked. */
export interface VerdictList {
  readonly length: number;
  at(row: number): Verdict | undefined;
}

interface Columns {
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
}

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
  readonly #columns: Columns;
  #labels: Labels | undefined;

  constructor(states: Uint8Array, columns: Columns) {
    this.states = states;
    this.scores = columns.scores;
    this.costs = columns.costs;
    this.latencies = columns.latencies;
    this.studentScores = columns.studentScores;
    this.#columns = columns;
  }

  static of(list: VerdictList): Verdicts {
    if (list instanceof Verdicts) return list;
    const builder = new VerdictsBuilder();
    for (let row = 0; row < list.length; row++) {
      const verdict = list.at(row);
      if (verdict) builder.put(row, verdict);
    }
    return builder.build(list.length);
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
    const of = (values: Float64Array | undefined) => values && pick(values, rows);
    const { answeredBy, retryable } = this.#columns;
    return new Verdicts(pick(this.states, rows), {
      scores: of(this.scores),
      costs: of(this.costs),
      latencies: of(this.latencies),
      promptTokens: of(this.#columns.promptTokens),
      completionTokens: of(this.#columns.completionTokens),
      cachedTokens: of(this.#columns.cachedTokens),
      reasoningTokens: of(this.#columns.reasoningTokens),
      studentScores: of(this.studentScores),
      answeredBy: answeredBy && pick(answeredBy, rows),
      retryable: retryable && pick(retryable, rows),
    });
  }
}

/** Puts verdicts down as they come, a later one of a row in place of the earlier. */
export class VerdictsBuilder {
  readonly #states = new Column(Uint8Array, NOT_ASKED);
  readonly #scores = numbers();
  readonly #costs = numbers();
  readonly #latencies = numbers();
  readonly #promptTokens = numbers();
  readonly #completionTokens = numbers();
  readonly #cachedTokens = numbers();
  readonly #reasoningTokens = numbers();
  readonly #studentScores = numbers();
  readonly #answeredBy = new Column(Uint8Array, 0);
  readonly #retryable = new Column(Uint8Array, 0);

  put(row: number, verdict: Verdict): void {
    const { outcome, usage } = verdict;
    const isAnswered = outcome === 'answered';
    if (this.has(row)) this.#clear(row);
    this.#states.put(row, STATES[isAnswered ? verdict.label : outcome]);
    if (isAnswered && verdict.score !== undefined) this.#scores.put(row, verdict.score);
    if (verdict.costUsd !== null) this.#costs.put(row, verdict.costUsd);
    if (verdict.latencyMs !== null) this.#latencies.put(row, verdict.latencyMs);
    if (usage) this.#putUsage(row, usage);
    const { studentScore, answeredBy } = verdict;
    if (studentScore !== undefined) this.#studentScores.put(row, studentScore);
    if (outcome === 'failed' && verdict.retryable) this.#retryable.put(row, 1);
    if (answeredBy) this.#answeredBy.put(row, ANSWERED_BY.indexOf(answeredBy) + 1);
  }

  has(row: number): boolean {
    return this.#states.at(row) !== NOT_ASKED;
  }

  build(rows: number): Verdicts {
    return new Verdicts(this.#states.takeAll(rows), {
      scores: this.#scores.take(rows),
      costs: this.#costs.take(rows),
      latencies: this.#latencies.take(rows),
      promptTokens: this.#promptTokens.take(rows),
      completionTokens: this.#completionTokens.take(rows),
      cachedTokens: this.#cachedTokens.take(rows),
      reasoningTokens: this.#reasoningTokens.take(rows),
      studentScores: this.#studentScores.take(rows),
      answeredBy: this.#answeredBy.take(rows),
      retryable: this.#retryable.take(rows),
    });
  }

  #putUsage(row: number, usage: Usage): void {
    this.#promptTokens.put(row, usage.prompt_tokens);
    this.#completionTokens.put(row, usage.completion_tokens);
    if (usage.cached_tokens !== undefined) this.#cachedTokens.put(row, usage.cached_tokens);
    if (usage.reasoning_tokens !== undefined)
      this.#reasoningTokens.put(row, usage.reasoning_tokens);
  }

  /** Of what an earlier verdict had and the later has not, nothing may stay. */
  #clear(row: number): void {
    const columns = [
      ...[this.#scores, this.#costs, this.#latencies, this.#studentScores],
      ...[this.#promptTokens, this.#completionTokens, this.#cachedTokens, this.#reasoningTokens],
    ];
    for (const column of columns) column.clear(row);
    this.#answeredBy.clear(row);
    this.#retryable.clear(row);
  }
}

/** Those of no row. */
export const NO_VERDICTS = new VerdictsBuilder().build(0);
