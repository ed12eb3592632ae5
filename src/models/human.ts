import type { Sample, Verdict } from '../records.js';
import type { Model } from './classifier.js';

/** People as the teacher of a cascade: what they say is on record, or is still to be said. */
export const HUMAN = 'human';

const NOTHING_SPENT = { usage: null, costUsd: null, latencyMs: null };

/** People who have labelled some rows. What their work costs, nobody here knows. */
export const openHuman = (): Model => ({
  id: HUMAN,
  provider: 'people',
  prompt: HUMAN,
  scores: 'never',
  classify: async ({ label }: Sample): Promise<Verdict> =>
    label === null
      ? { outcome: 'refused', raw: 'no human label yet', ...NOTHING_SPENT }
      : { outcome: 'answered', label, raw: label, ...NOTHING_SPENT },
});
