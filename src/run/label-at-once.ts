import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Model } from '../models/classifier.js';
import type { Sample } from '../sample.js';
import type { Verdict } from '../verdict.js';
import type { Judged, LabelOptions } from './label.js';

/** So long signals, syncs and the lock of the file may wait for their turn. */
const LONGEST_TURN_MS = 20;

/**
 * Does what `label` does for a model that answers at once: there is nothing to wait for, and nothing
 * in flight.
 *
 * @throws what the model, `check` or reading the samples throws
 */
export async function* labelAtOnce<S extends Sample>(
  samples: AsyncIterable<S>,
  judge: NonNullable<Model['judge']>,
  { signal, check }: Pick<LabelOptions, 'signal' | 'check'> = {},
): AsyncGenerator<Judged<S>> {
  let turnEnds = performance.now() + LONGEST_TURN_MS;
  try {
    for await (const sample of samples) {
      if (signal?.aborted) return;
      const verdict: Verdict = judge(sample);
      yield { sample, verdict };
      check?.(verdict);
      if (performance.now() < turnEnds) continue;
      await nextTurn();
      turnEnds = performance.now() + LONGEST_TURN_MS;
    }
  } catch (error) {
    if (!signal?.aborted) throw error; // Else it is the reading that was stopped.
  }
}
