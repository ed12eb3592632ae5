import { atOnce, type Model } from './classifier.js';

/** People as a model: what they say is on record, or is still to be said. */
export const HUMAN = 'human';

/** The provider of their labels. */
export const PEOPLE = 'people';

const NOTHING_SPENT = { usage: null, costUsd: null, latencyMs: null };

/** Gives the labels that rows have already. What that work cost, nobody here knows. */
export const openHuman = (): Model => ({
  id: HUMAN,
  provider: PEOPLE,
  prompt: HUMAN,
  scores: 'never',
  ...atOnce(({ label }) =>
    label === null
      ? { outcome: 'refused', raw: 'no human label yet', ...NOTHING_SPENT }
      : { outcome: 'answered', label, raw: label, ...NOTHING_SPENT },
  ),
});
