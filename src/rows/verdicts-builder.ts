import { ANSWERED_BY } from '../terms.js';
import type { Usage, Verdict } from '../verdict.js';
import { Column, numbers } from './column.js';
import { NOT_ASKED, SAID, type Said, type VerdictList, Verdicts } from './verdicts.js';

const STATES = Object.fromEntries(SAID.map((said, state) => [said, state])) as Record<Said, number>;

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

/** Verdicts that are held one by one, in columns. */
export function verdictsIn(list: VerdictList): Verdicts {
  if (list instanceof Verdicts) return list;
  const builder = new VerdictsBuilder();
  for (let row = 0; row < list.length; row++) {
    const verdict = list.at(row);
    if (verdict) builder.put(row, verdict);
  }
  return builder.build(list.length);
}
