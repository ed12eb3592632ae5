import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Model } from '../models/classifier.js';
import type { Sample } from '../sample.js';
import type { Judged, LabelOptions } from './label.js';

/** So long signals, syncs and the lock of the file may wait for their turn. */
const LONGEST_TURN_MS = 20;

/** To write each by itself takes longer than to judge it. */
const MOST_AT_ONCE = 64;

/**
 * Does what `label` does for a model that answers at once: there is nothing to wait for, and nothing
 * in flight. Verdicts come several at a time: they cost nothing, so that what a crash takes of them is
 * made again.
 *
 * @throws what the model, `check` or reading the samples throws
 */
export async function* labelAtOnce<S extends Sample>(
  samples: AsyncIterable<S>,
  judge: NonNullable<Model['judge']>,
  { signal, check }: Pick<LabelOptions, 'signal' | 'check'> = {},
): AsyncGenerator<readonly Judged<S>[]> {
  let turnEnds = performance.now() + LONGEST_TURN_MS;
  let judged: Judged<S>[] = [];
  try {
    for await (const sample of samples) {
      if (signal?.aborted) break;
      judged.push({ sample, verdict: judge(sample) });
      const isTurn = performance.now() >= turnEnds;
      if (judged.length < MOST_AT_ONCE && !isTurn) continue;
      const ready = judged;
      judged = [];
      yield ready;
      for (const { verdict } of ready) check?.(verdict);
      if (!isTurn) continue;
      await nextTurn();
      turnEnds = performance.now() + LONGEST_TURN_MS;
    }
  } catch (error) {
    if (judged.length > 0) yield judged;
    if (!signal?.aborted) throw error; // Else it is the reading that was stopped.
    return;
  }
  if (judged.length === 0) return;
  yield judged;
  for (const { verdict } of judged) check?.(verdict);
}
