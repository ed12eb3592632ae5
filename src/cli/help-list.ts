import { wrap } from '../text.js';

/** A term of a help text, and what it means. */
export interface Term {
  readonly term: string;
  readonly meaning: string;
}

const WIDTH = 80;
const INDENT = 2;
const TERM_WIDTH = 26;
const GAP = 2;

/** A titled list in two columns, no line longer than 80 characters. */
export function renderTerms(title: string, terms: readonly Term[]): string {
  return [`${title}:`, ...terms.flatMap(renderTerm)].join('\n');
}

function renderTerm({ term, meaning }: Term): string[] {
  const left = wrap(term, TERM_WIDTH);
  const right = wrap(meaning, WIDTH - INDENT - TERM_WIDTH - GAP);
  return Array.from({ length: Math.max(left.length, right.length) }, (_, line) => {
    const column = (left[line] ?? '').padEnd(TERM_WIDTH + GAP);
    return `${' '.repeat(INDENT)}${column}${right[line] ?? ''}`.trimEnd();
  });
}
