import type { Session } from './main.js';
import type { Progress, ProgressOptions } from './progress.js';

/** Most work is done before anybody wonders. */
const SOON_MS = 1_000;

/** Shows pieces of work, one after the other: each from when it has taken long. */
export class LongWork {
  readonly #session: Session;
  #label: string | undefined;
  #since = 0;
  #done = 0;
  #progress: Progress | undefined;
  /** What was done when nothing was shown yet: how fast is not known. */
  #before = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /**
   * Goes on with a piece of work. Another label begins another piece, and ends the last.
   *
   * @returns whether it has taken long
   */
  goOnWith(label: string): boolean {
    const now = this.#session.clock.now();
    if (label !== this.#label) {
      this.stop();
      this.#label = label;
      this.#since = now;
    }
    return this.#progress !== undefined || now - this.#since >= SOON_MS;
  }

  update(label: string, done: number, options: ProgressOptions): void {
    if (!this.goOnWith(label)) return;
    if (!this.#progress) {
      this.#progress = this.#session.startProgress(label, options);
      this.#before = done;
    } else if (done === this.#done) return; // The time since the last one tells how fast it goes.
    this.#done = done;
    this.#progress.update(done, { skipped: this.#before });
  }

  /** Ends the piece of work, and takes away what is shown of it. */
  stop(): void {
    this.#progress?.stop();
    this.#progress = undefined;
    this.#label = undefined;
  }
}
