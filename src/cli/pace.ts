/** The shortest stretch that a rate is taken over, and how much must have been done in it. */
const LEAST_MS = 10_000;
const LEAST_DONE = 10;

/** How far apart the moments are that a stretch may begin at. */
const LOOK_EVERY_MS = 250;

interface Look {
  readonly at: number;
  readonly done: number;
}

/**
 * How fast a piece of work goes now: over the last ten seconds, or as far back as ten pieces were
 * done. It follows a server that takes more and more, where the mean of a whole run lags behind.
 */
export class Pace {
  readonly #now: () => number;
  /** The first is where the stretch begins. */
  #looks: [Look, ...Look[]];
  #done = 0;

  /** @param now - milliseconds since some start */
  constructor(now: () => number) {
    this.#now = now;
    this.#looks = [{ at: now(), done: 0 }];
  }

  /** Begins only now, with so much done before. */
  beginAt(done: number): void {
    this.#done = done;
    this.#looks = [{ at: this.#now(), done }];
  }

  note(done: number): void {
    const at = this.#now();
    this.#done = done;
    const last = this.#looks.at(-1);
    if (last && at - last.at >= LOOK_EVERY_MS) this.#looks.push({ at, done });
    for (let next = this.#looks[1]; next && this.#isLongSince(next); next = this.#looks[1]) {
      this.#looks.shift();
    }
  }

  /** Pieces a second; 0 before one is done. */
  get perSecond(): number {
    const [first] = this.#looks;
    return ((this.#done - first.done) * 1000) / Math.max(1, this.#now() - first.at);
  }

  #isLongSince({ at, done }: Look): boolean {
    return this.#now() - at >= LEAST_MS && this.#done - done >= LEAST_DONE;
  }
}
