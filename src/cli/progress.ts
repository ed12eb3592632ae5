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

export function startProgress(label: string, options: ProgressOptions): Progress {
  if (options.silent) return { update: () => {}, stop: () => {} };
  return process.stderr.isTTY ? startBar(label, options) : startLines(label, options);
}

/** The bar that stands on the terminal now; there is one terminal, so there is one at most. */
let shown: { readonly hide: () => void; readonly show: () => void } | undefined;

/** Writes a line to stderr, above the bar if there is one. */
export function writeLine(line: string): void {
  shown?.hide();
  process.stderr.write(`${line}\n`);
  shown?.show();
}

/** Takes the bar away and gives the cursor back, before the process is left at once. */
export const hideBar = () => shown?.hide();

function startBar(label: string, { total, unit }: ProgressOptions): Progress {
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label} [{bar}] {value}/{total} ${unit}, {rate} ${unit}/s, {eta_formatted} left{detail}`,
    barCompleteChar: '=',
    barIncompleteChar: ' ',
    hideCursor: true,
    clearOnComplete: true,
    gracefulExit: false,
    fps: 8,
  });
  const rate = rateSince(performance.now());
  const state = { total: round(total ?? 0, unit), done: 0, payload: { rate: '0', detail: '' } };
  const show = () => bar.start(state.total, state.done, state.payload);
  show();
  shown = { show, hide: () => bar.stop() };
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
    stop() {
      bar.stop();
      shown = undefined;
    },
  };
}

function startLines(label: string, { total, unit }: ProgressOptions): Progress {
  const rate = rateSince(performance.now());
  let last = performance.now();
  return {
    update(done, details) {
      if (performance.now() - last < LINE_EVERY_MS) return;
      last = performance.now();
      const of = total === undefined ? '' : `/${round(total, unit)}`;
      process.stderr.write(
        `${label}: ${round(done, unit)}${of} ${unit}, ${rate(done)} ${unit}/s${joined(details)}\n`,
      );
    },
    stop: () => {},
  };
}

const rateSince = (started: number) => (done: number) =>
  formatMeasure(done / Math.max(0.001, (performance.now() - started) / 1000));

const round = (count: number, unit: ProgressOptions['unit']) =>
  unit === 'MB' ? Math.round(count * 10) / 10 : count;

const joined = (details: readonly (string | undefined)[] = []) =>
  details.map((detail) => (detail ? `, ${detail}` : '')).join('');
