import { ANSWERED_BY } from '../terms.js';
import type { Usage, Verdict } from '../verdict.js';
import { Column, numbers } from './column.js';
import {
  NOT_ASKED,
  SAID,
  type Said,
  type VerdictColumns,
  type VerdictList,
  Verdicts,
} from './verdicts.js';

const STATES = Object.fromEntries(SAID.map((said, state) => [said, state])) as Record<Said, number>;

/** An empty column of each kind. */
const emptyColumns = () =>
  ({
    scores: numbers(),
    retryable: new Column(Uint8Array, 0),
    costs: numbers(),
    latencies: numbers(),
    promptTokens: numbers(),
    completionTokens: numbers(),
    cachedTokens: numbers(),
    reasoningTokens: numbers(),
    studentScores: numbers(),
    answeredBy: new Column(Uint8Array, 0),
  }) satisfies { [Name in keyof VerdictColumns]: Column<NonNullable<VerdictColumns[Name]>> };

/** Puts verdicts down as they come, a later one of a row in place of the earlier. */
export class VerdictsBuilder {
  readonly #states = new Column(Uint8Array, NOT_ASKED);
  readonly #columns = emptyColumns();

  put(row: number, verdict: Verdict): void {
    const { outcome, usage } = verdict;
    const columns = this.#columns;
    const isAnswered = outcome === 'answered';
    // Of what an earlier verdict had and this one has not, nothing may stay.
    if (this.has(row)) for (const column of Object.values(columns)) column.clear(row);
    this.#states.put(row, STATES[isAnswered ? verdict.label : outcome]);
    if (isAnswered && verdict.score !== undefined) columns.scores.put(row, verdict.score);
    if (verdict.costUsd !== null) columns.costs.put(row, verdict.costUsd);
    if (verdict.latencyMs !== null) columns.latencies.put(row, verdict.latencyMs);
    if (usage) this.#putUsage(row, usage);
    const { studentScore, answeredBy } = verdict;
    if (studentScore !== undefined) columns.studentScores.put(row, studentScore);
    if (outcome === 'failed' && verdict.retryable) columns.retryable.put(row, 1);
    if (answeredBy) columns.answeredBy.put(row, ANSWERED_BY.indexOf(answeredBy) + 1);
  }

  has(row: number): boolean {
    return this.#states.at(row) !== NOT_ASKED;
  }

  build(rows: number): Verdicts {
    const taken = Object.entries(this.#columns).map(([name, column]) => [name, column.take(rows)]);
    return new Verdicts(this.#states.takeAll(rows), Object.fromEntries(taken) as VerdictColumns);
  }

  #putUsage(row: number, usage: Usage): void {
    const { promptTokens, completionTokens, cachedTokens, reasoningTokens } = this.#columns;
    promptTokens.put(row, usage.prompt_tokens);
    completionTokens.put(row, usage.completion_tokens);
    if (usage.cached_tokens !== undefined) cachedTokens.put(row, usage.cached_tokens);
    if (usage.reasoning_tokens !== undefined) reasoningTokens.put(row, usage.reasoning_tokens);
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
