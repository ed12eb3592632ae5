import { type Drift, driftOf, type Seen } from '../cascade/drift.js';
import type { Model } from '../models/classifier.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';

/** What was foretold of the rows that were answered. */
export interface Expected {
  readonly promptTokens: number;
  readonly usd: number | null;
}

/** What a cascade did with the rows of a run. */
export interface CascadeShare {
  readonly escalated: number;
  readonly drift: Drift | null;
}

/** Human labels, and how many the model agrees with. */
export class Agreement {
  /** Of the rows that were labelled in this run, those that have a human label too. */
  compared = 0;
  /** Those of them where both agree. */
  agreed = 0;

  add({ label }: Sample, verdict: Verdict): void {
    if (verdict.outcome !== 'answered' || label === null) return;
    this.compared += 1;
    if (label === verdict.label) this.agreed += 1;
  }
}

/** How a cascade shared the rows between its student and its teacher. */
export class Routed {
  #escalated = 0;
  readonly #scores: number[] = [];

  add({ answeredBy, studentScore }: Verdict): void {
    if (studentScore === undefined) return;
    this.#scores.push(studentScore);
    if (answeredBy !== 'student') this.#escalated += 1;
  }

  beside(calibration: Seen): CascadeShare {
    const escalated = this.#escalated;
    return { escalated, drift: driftOf(calibration, { scores: this.#scores, escalated }) };
  }
}

/** What the estimator says of the rows that were answered, to be set beside what they took. */
export class Foretold {
  readonly #estimator: Model['estimator'];
  #promptTokens = 0;
  #usd: number | null = 0;
  #rows = 0;

  constructor({ estimator }: Model) {
    this.#estimator = estimator;
  }

  add({ text }: Sample, { usage }: Verdict): void {
    if (!this.#estimator || usage === null) return;
    const promptTokens = this.#estimator.promptTokens(text);
    const usd = this.#estimator.cost(promptTokens, this.#estimator.answer.expected);
    this.#promptTokens += promptTokens;
    this.#usd = usd === null || this.#usd === null ? null : this.#usd + usd;
    this.#rows += 1;
  }

  get total(): Expected | undefined {
    return this.#rows === 0 ? undefined : { promptTokens: this.#promptTokens, usd: this.#usd };
  }
}
