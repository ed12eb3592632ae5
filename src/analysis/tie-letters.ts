/**
 * Letters that say which of several are told apart: two have a letter in common exactly where they
 * are not. A letter is no group: a may not be told apart from b, nor b from c, and yet a from c.
 *
 * @param count - how many there are, the best first
 * @param areApart - whether two are told apart, by their places
 * @returns the letters of each, such as `a`, `ab`, `b`
 * @see H.-P. Piepho, J. Comput. Graph. Stat. 13, 2004: a compact letter display, by insertion and
 *   absorption
 */
export function tieLetters(
  count: number,
  areApart: (first: number, second: number) => boolean,
): string[] {
  const places = Array.from({ length: count }, (_, place) => place);
  let groups: (readonly number[])[] = [places];
  for (const first of places) {
    for (const second of places.slice(first + 1)) {
      if (areApart(first, second))
        groups = absorb(groups.flatMap((each) => split(each, first, second)));
    }
  }
  const ordered = groups.toSorted(byPlaces);
  return places.map((place) =>
    ordered.flatMap((group, i) => (group.includes(place) ? [letterOf(i)] : [])).join(''),
  );
}

/** A group in which two are told apart becomes two, each without one of them. */
function split(group: readonly number[], first: number, second: number) {
  if (!group.includes(first) || !group.includes(second)) return [group];
  return [second, first].map((gone) => group.filter((place) => place !== gone));
}

/** Leaves out the groups that are part of another. */
const absorb = (groups: readonly (readonly number[])[]) =>
  groups.filter(
    (group, i) =>
      !groups.some(
        (other, j) =>
          i !== j &&
          group.every((place) => other.includes(place)) &&
          (other.length > group.length || j < i),
      ),
  );

/** By the first place that differs; places stand in order. */
function byPlaces(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((place, i) => place !== b[i]);
  return (a[at] ?? 0) - (b[at] ?? 0);
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** Beyond z a number follows. */
const letterOf = (i: number) =>
  `${LETTERS[i % LETTERS.length]}${i < LETTERS.length ? '' : Math.floor(i / LETTERS.length) + 1}`;
