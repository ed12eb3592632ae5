import { escapeControls } from '../text.js';

/** A name, and what is to stand behind it whole. */
export interface NameToShow {
  readonly name: string;
  readonly behind?: string;
}

/**
 * Names for a narrow column: without the maker that stands before a slash, and cut where they are
 * still longer. They are left whole where two would be the same.
 *
 * @param most - characters of a name with what stands behind it
 */
export function shortNames(names: readonly NameToShow[], most: number): string[] {
  const whole = names.map(({ name }) => escapeControls(name));
  const short = whole.map((name, i) => shorten(name, most - (names[i]?.behind ?? '').length));
  const shown = new Set(short).size === names.length ? short : whole;
  return shown.map((name, i) => `${name}${names[i]?.behind ?? ''}`);
}

function shorten(name: string, most: number): string {
  if (name.length <= most) return name;
  const [last = name] = name.split('/').slice(-1);
  return last.length <= most ? last : `${last.slice(0, most - 1)}…`;
}
