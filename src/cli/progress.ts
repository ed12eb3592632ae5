import { wrap } from '../text.js';
import { LiveBar } from './live-bar.js';
import { Pace } from './pace.js';
import { renderBar, renderLine, type Standing } from './progress-line.js';

/** Shows how far a run has come: a bar on a terminal, a line every few seconds elsewhere. */
export interface Progress {
  /** @param done - all that is done, with what was before this run */
  update(done: number, beside?: Beside): void;
  /** Shows a table above the bar, in place of the one before; absent where there is no bar. */
  readonly showTable?: (table: Table) => void;
  stop(): void;
}

/** Makes the lines of a table, no longer and no more than there is room for. */
export type Table = (room: { readonly columns: number; readonly lines: number }) => string[];

/** What is to be said beside the count. */
export interface Beside {
  /** Of what is done, what this run did not have to do: it says nothing of how fast it goes. */
  readonly skipped?: number;
  /** Said wherever there is room for a line, such as `3 unanswered`. Asked for when it is drawn. */
  readonly details?: () => readonly string[];
  /** Said where there is room left. */
  readonly extra?: () => string | undefined;
}

const LINE_EVERY_MS = 5_000;

/** Of a terminal that does not say. */
const USUAL_COLUMNS = 80;
const USUAL_ROWS = 24;

export interface ProgressOptions {
  /** Undefined, or without an end, where it is not known beforehand. */
  readonly total: number | undefined;
  readonly unit: 'rows' | 'MB' | 'fits' | 'texts';
  /** Leaves the terminal to the lines of -v. */
  readonly silent?: boolean;
}

/** What a screen writes to: stderr, or what stands for it in a test. */
export type ScreenStream = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

/** A sentence, or what is to be done after one; a command in it is left whole, for it is copied. */
const PROSE = /^(error: |note: |warning: | {2}(?!.* -))/;

function wrapProse(line: string, columns: number): string[] {
  if (line.length <= columns || !PROSE.test(line)) return [line];
  const [, indent = ''] = /^( *)/.exec(line) ?? [];
  const [first = '', ...more] = wrap(line.slice(indent.length), columns - indent.length - 2);
  return [`${indent}${first}`, ...more.map((rest) => `${indent}  ${rest}`)];
}

/** Lines and progress on one stream, where a line never runs through a bar. */
export class Screen {
  readonly #stream: ScreenStream;
  readonly #now: () => number;
  /** The bar that stands there now; one at most. */
  #bar: LiveBar | undefined;

  /** @param now - milliseconds since some start, for rates and the time between two lines */
  constructor(stream: ScreenStream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  /** Writes a line, above the bar if there is one. A terminal breaks it between words. */
  writeLine(line: string): void {
    const { isTTY = false, columns = 0 } = this.#stream;
    const lines =
      isTTY && columns > 0 ? line.split('\n').flatMap((each) => wrapProse(each, columns)) : [line];
    this.#bar?.hide();
    this.#stream.write(`${lines.join('\n')}\n`);
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

  #startBar(label: string, options: ProgressOptions): Progress {
    const track = new Track(label, options, this.#now);
    const stream = this.#stream;
    const bar = new LiveBar(stream, (columns) => renderBar(track.standing, columns));
    bar.show();
    this.#bar = bar;
    return {
      update: (done, beside) => track.update(done, beside),
      showTable: (table) => {
        const { columns = USUAL_COLUMNS, rows = USUAL_ROWS } = stream;
        bar.setAbove(table({ columns: columns - 1, lines: rows - 2 }));
      },
      stop: () => {
        bar.hide();
        this.#bar = undefined;
      },
    };
  }

  #startLines(label: string, options: ProgressOptions): Progress {
    const track = new Track(label, options, this.#now);
    let last = this.#now();
    return {
      update: (done, beside) => {
        track.update(done, beside);
        if (this.#now() - last < LINE_EVERY_MS) return;
        last = this.#now();
        this.writeLine(renderLine(track.standing));
      },
      stop: () => {},
    };
  }
}

/** What was told of a piece of work, and how fast it goes. */
class Track {
  readonly #label: string;
  readonly #options: ProgressOptions;
  /** Of what this run has to do. */
  readonly #work: Pace;
  /** Of all, since what was done before may stand among what is still to be done. */
  readonly #advance: Pace;
  #done = 0;
  #beside: Beside = {};

  constructor(label: string, options: ProgressOptions, now: () => number) {
    this.#label = label;
    this.#options = options;
    this.#work = new Pace(now);
    this.#advance = new Pace(now);
  }

  update(done: number, beside: Beside = {}): void {
    const worked = done - (beside.skipped ?? 0);
    this.#done = done;
    this.#beside = beside;
    this.#work.note(worked);
    // Passing over what stands at the start takes no time, and says nothing of the rest.
    if (worked === 0) this.#advance.beginAt(done);
    else this.#advance.note(done);
  }

  get standing(): Standing {
    const { unit } = this.#options;
    const { details, extra } = this.#beside;
    const round = (count: number) => (unit === 'MB' ? Math.round(count * 10) / 10 : count);
    const total = this.#total;
    return {
      label: this.#label,
      done: round(this.#done),
      total: total === undefined ? undefined : round(total),
      unit,
      perSecond: this.#work.perSecond,
      secondsLeft: this.#secondsLeft,
      details: details?.() ?? [],
      extra: extra?.(),
    };
  }

  /** There may be more than was expected. */
  get #total(): number | undefined {
    const { total = Number.POSITIVE_INFINITY } = this.#options;
    return Number.isFinite(total) ? Math.max(total, this.#done) : undefined;
  }

  get #secondsLeft(): number | undefined {
    const { perSecond } = this.#advance;
    const left = (this.#total ?? 0) - this.#done;
    return left > 0 && perSecond > 0 ? left / perSecond : undefined;
  }
}
