import { EXIT, show, UserError } from '../errors.js';
import type { Model } from '../models/classifier.js';
import type { Verdict } from '../verdict.js';

/** So many replies, not one of them a label, are no matter of single rows. */
const REPLIES_TO_STOP = 50;
const REPLIES_SHOWN = 3;

export interface UsableOptions {
  /** Go on although none of the first replies can be used. */
  readonly keepGoing?: boolean | undefined;
  /** An answer is of no use without a score. */
  readonly needsScores?: boolean | undefined;
}

/** Stops a run whose replies are paid for and of no use. */
export class UnusableReplies {
  readonly #model: Model;
  readonly #needsScores: boolean;
  readonly #examples: string[] = [];
  #unusable = 0;
  #isOver: boolean;

  constructor(model: Model, { keepGoing = false, needsScores = false }: UsableOptions) {
    this.#model = model;
    this.#needsScores = needsScores;
    this.#isOver = keepGoing;
  }

  /** @throws UserError (exit 3) when it makes no sense to go on */
  check(verdict: Verdict): void {
    if (verdict.outcome === 'answered') {
      if (this.#needsScores && verdict.score === undefined) throw this.#withoutScore();
      this.#isOver = true;
    }
    if (this.#isOver || verdict.outcome === 'answered' || verdict.outcome === 'failed') return;
    this.#unusable += 1;
    if (this.#examples.length < REPLIES_SHOWN) {
      this.#examples.push(`${verdict.outcome}: ${show(verdict.raw)}`);
    }
    if (this.#unusable === REPLIES_TO_STOP) throw this.#unusableError();
  }

  #unusableError(): UserError {
    const replies = this.#examples.map((example) => `  ${example}`).join('\n');
    return new UserError(
      `none of the first ${REPLIES_TO_STOP} replies of ${this.#model.id} is a label`,
      {
        hint: `for example\n${replies}\n  ask with another prompt (\`prompt\`) or another model (\`model\`), hold it to the labels (\`constrain\` always), or go on all the same with \`keepGoing\``,
        exitCode: EXIT.couldNotFinish,
      },
    );
  }

  #withoutScore(): UserError {
    return new UserError(
      `${this.#model.id} answers without a score, and a threshold needs scores`,
      {
        hint: 'use a model whose server gives log-probabilities, or leave the threshold out',
        exitCode: EXIT.couldNotFinish,
      },
    );
  }
}
