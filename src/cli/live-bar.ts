import { createRequire } from 'node:module';
import type { MultiBar } from 'cli-progress';

/** Only a terminal needs it, and it is twenty files. */
const loadBars = (): typeof MultiBar => createRequire(import.meta.url)('cli-progress').MultiBar;

/** Lines that stand at the bottom of a terminal, drawn again in place: the last of them is a bar. */
export class LiveBar {
  readonly #stream: NodeJS.WritableStream;
  readonly #bar: (columns: number) => string;
  #above: readonly string[] = [];
  #drawn: MultiBar | undefined;

  /** @param bar - as it is now, in so many columns */
  constructor(stream: NodeJS.WritableStream, bar: (columns: number) => string) {
    this.#stream = stream;
    this.#bar = bar;
  }

  show(): void {
    this.#drawn = new (loadBars())({
      stream: this.#stream,
      hideCursor: true,
      clearOnComplete: true,
      gracefulExit: false,
      fps: 8,
    });
    for (const line of this.#above.keys()) this.#add(() => this.#above[line] ?? '');
    // The rest of the line is cleared, and with it what stands in the last column.
    this.#add((columns) => this.#bar(columns - 1));
    this.#drawn.update();
  }

  #add(line: (columns: number) => string): void {
    this.#drawn?.create(0, 0, {}, { format: (_, { maxWidth }) => line(maxWidth) });
  }

  /** Takes it away, with what stands above, and gives the cursor back. */
  hide(): void {
    this.#drawn?.update(); // What is copied from a terminal or logged has the last state.
    this.#drawn?.stop();
    this.#drawn = undefined;
  }

  /** Puts lines above the bar, in place of those before. */
  setAbove(lines: readonly string[]): void {
    const isRedrawn = this.#drawn !== undefined && lines.length !== this.#above.length;
    if (isRedrawn) this.hide();
    this.#above = lines;
    if (isRedrawn) this.show();
  }
}
