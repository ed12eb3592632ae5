const ESCAPE = '\u001b';

/**
 * The lines that a terminal shows in the end of what was written to it, as far as its commands go by which
 * a bar is drawn.
 */
export function shownBy(written: string): string[] {
  const shown = new Lines();
  const [plain = '', ...commands] = written.split(ESCAPE);
  shown.write(plain);
  for (const each of commands) {
    const [whole, count = '', command = ''] = /^\[\??(\d*)([A-Za-z])/.exec(each) ?? [''];
    shown.obey(command, count);
    shown.write(each.slice(whole.length));
  }
  return shown.lines;
}

class Lines {
  readonly lines = [''];
  #row = 0;
  #column = 0;

  write(text: string): void {
    for (const character of text) {
      const line = this.lines[this.#row] ?? '';
      if (character === '\n') {
        this.#row += 1;
        this.#column = 0;
        this.lines[this.#row] ??= '';
        continue;
      }
      const before = line.padEnd(this.#column).slice(0, this.#column);
      this.#column += 1;
      this.lines[this.#row] = before + character + line.slice(this.#column);
    }
  }

  obey(command: string, count: string): void {
    if (command === 'A') this.#row -= Number(count || 1);
    else if (command === 'G') this.#column = Number(count || 1) - 1;
    else if (command === 'K' || command === 'J') {
      if (command === 'J') this.lines.length = this.#row + 1;
      this.lines[this.#row] = (this.lines[this.#row] ?? '').slice(0, this.#column);
    } else if (command !== 'h' && command !== 'l') throw new Error(`it does not know ${command}`);
  }
}
