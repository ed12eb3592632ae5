import { SingleBar } from 'cli-progress';
import { formatMeasure } from '../format.js';

/** Shows how far a run has come: a bar on a terminal, a line every few seconds elsewhere. */
export interface Progress {
  /** @param details - what to say beside the count, such as `3 unanswered` */
  update(done: number, details?: readonly (string | undefined)[]): void;
  stop(): void;
}

const LINE_EVERY_MS = 5_000;

export interface ProgressOptions {
  /** Undefined where it is not known beforehand. */
  readonly total: number | undefined;
  readonly unit: 'rows' | 'MB' | 'fits';
  /** Leaves the terminal to the lines of -v. */
  readonly silent?: boolean;
}

/** What a screen writes to: stderr, or what stands for it in a test. */
export type ScreenStream = NodeJS.WritableStream & { readonly isTTY?: boolean };

/** Lines and progress on one stream, where a line never runs through a bar. */
export class Screen {
  readonly #stream: ScreenStream;
  readonly #now: () => number;
  /** The bar that stands there now; one at most. */
  #bar: { readonly hide: () => void; readonly show: () => void } | undefined;

  /** @param now - milliseconds since some start, for rates and the time between two lines */
  constructor(stream: ScreenStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Writes a line, above the bar if there is one. */
  writeLine(line: string): void {
    this.#bar?.hide();
    this.#stream.write(`${line}\n`);
    this.#bar?.show();
  }

  /** Takes the bar away and gives the cursor back, before the process is left at once. */
  hideBar(): void {
    this.#bar?.hide();
  }

  startProgress(label: string, options: ProgressOptions): Progress {
    if (options.silent) return { update: () => {}, stop: () => {} };
    const { total } = options;
    // A bar needs an end.
    return this.#stream.isTTY && total !== undefined
      ? this.#startBar(label, { ...options, total })
      : this.#startLines(label, options);
  }

  #startBar(label: string, { total, unit }: ProgressOptions & { total: number }): Progress {
    const bar = new SingleBar({
      stream: this.#stream,
      format: `${label} [{bar}] {value}/{total} ${unit}, {rate} ${unit}/s, {eta_formatted} left{detail}`,
      barCompleteChar: '=',
      barIncompleteChar: ' ',
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      fps: 8,
    });
    const rate = this.#rateFromNow();
    const state = { total: round(total, unit), done: 0, payload: { rate: '0', detail: '' } };
    const show = () => bar.start(state.total, state.done, state.payload);
    show();
    this.#bar = { show, hide: () => bar.stop() };
    return {
      update(done, details) {
        state.done = round(done, unit);
        state.payload = { rate: rate(done), detail: joined(details) };
        if (state.done > state.total) {
          state.total = state.done;
          bar.setTotal(state.total);
        }
        bar.update(state.done, state.payload);
      },
      stop: () => {
        bar.stop();
        this.#bar = undefined;
      },
    };
  }

  #startLines(label: string, { total, unit }: ProgressOptions): Progress {
    const rate = this.#rateFromNow();
    const of = total === undefined ? '' : `/${round(total, unit)}`;
    let last = this.#now();
    return {
      update: (done, details) => {
        if (this.#now() - last < LINE_EVERY_MS) return;
        last = this.#now();
        const count = `${round(done, unit)}${of} ${unit}, ${rate(done)} ${unit}/s`;
        this.writeLine(`${label}: ${count}${joined(details)}`);
      },
      stop: () => {},
    };
  }

  /** Counts from here on what was done a second. */
  #rateFromNow(): (done: number) => string {
    const started = this.#now();
    return (done) => formatMeasure(done / Math.max(0.001, (this.#now() - started) / 1000));
  }
}

const round = (count: number, unit: ProgressOptions['unit']) =>
  unit === 'MB' ? Math.round(count * 10) / 10 : count;

const joined = (details: readonly (string | undefined)[] = []) =>
  details.map((detail) => (detail ? `, ${detail}` : '')).join('');
