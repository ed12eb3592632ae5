import { normaliseText } from '../../src/text.js';

/** Characters of a shingle. */
const LENGTH = 5;

/**
 * Groups texts that are nearly one: whose sets of 5-character shingles share at least a part of
 * their union (Jaccard), and those that are linked by such texts. Each pair is compared.
 */
export function groupNearDuplicates(texts: readonly string[], least: number): number[][] {
  const postings = new Map<string, number[]>();
  const sizes: number[] = [];
  const leader = texts.map((_, place) => place);
  const leaderOf = (place: number): number => {
    const next = leader[place] as number;
    return next === place ? place : leaderOf(next);
  };
  const shared = new Uint32Array(texts.length);
  texts.forEach((text, place) => {
    const shingles = shinglesOf(normaliseText(text));
    sizes.push(shingles.size);
    const met = new Set<number>();
    for (const shingle of shingles) {
      const others = postings.get(shingle) ?? [];
      for (const other of others) {
        shared[other] = (shared[other] as number) + 1;
        met.add(other);
      }
      others.push(place);
      postings.set(shingle, others);
    }
    for (const other of met) {
      const both = shared[other] as number;
      shared[other] = 0;
      const either = shingles.size + (sizes[other] as number) - both;
      if (both >= least * either) leader[leaderOf(other)] = leaderOf(place);
    }
  });
  const groups = new Map<number, number[]>();
  for (const place of texts.keys()) {
    const found = leaderOf(place);
    groups.set(found, [...(groups.get(found) ?? []), place]);
  }
  return [...groups.values()];
}

function shinglesOf(text: string): Set<string> {
  const found = new Set<string>();
  for (let i = 0; i === 0 || i + LENGTH <= text.length; i++) found.add(text.slice(i, i + LENGTH));
  return found;
}
