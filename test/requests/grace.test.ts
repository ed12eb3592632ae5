import { describe, expect, it } from 'vitest';
import { GRACE_MS, withGrace } from '../../src/requests/grace.js';
import { heldClock } from '../helpers/clock.js';
import { gate } from '../helpers/gate.js';

/** A clock whose one deadline passes when the test says so. */
function clockWithDeadline() {
  const deadlines: { ms: number; pass: () => void; isCalledOff: boolean }[] = [];
  return {
    ...heldClock(),
    deadlines,
    startDeadline(ms: number, pass: () => void) {
      const deadline = { ms, pass, isCalledOff: false };
      deadlines.push(deadline);
      return () => {
        deadline.isCalledOff = true;
      };
    },
  };
}

/** A request that ends when it is aborted, or told to. */
function startRequest(signal: AbortSignal) {
  const clock = clockWithDeadline();
  const { opened: answered, open: answer } = gate();
  const sent = withGrace(
    signal,
    (own) =>
      new Promise((resolve, reject) => {
        own.addEventListener('abort', () => reject(own.reason));
        void answered.then(() => resolve('answered'));
      }),
    clock,
  );
  return { clock, answer, sent };
}

describe('withGrace', () => {
  it('starts no deadline while the run goes on', async () => {
    const { clock, answer, sent } = startRequest(new AbortController().signal);
    answer();
    expect(await sent).toBe('answered');
    expect(clock.deadlines).toEqual([]);
  });

  it('lets a request end that is in flight when the run is stopped', async () => {
    const stop = new AbortController();
    const { clock, answer, sent } = startRequest(stop.signal);
    stop.abort();
    expect(clock.deadlines).toMatchObject([{ ms: GRACE_MS, isCalledOff: false }]);
    answer();
    expect(await sent).toBe('answered');
    expect(clock.deadlines[0]?.isCalledOff).toBe(true);
  });

  it.each([
    ['before it was stopped', false],
    ['after it was stopped', true],
  ])('aborts a request that began %s when the grace is over', async (_, isStopped) => {
    const stop = new AbortController();
    if (isStopped) stop.abort(new Error('stopped'));
    const { clock, sent } = startRequest(stop.signal);
    stop.abort(new Error('stopped'));
    expect(clock.deadlines.length).toBe(1);
    clock.deadlines[0]?.pass();
    await expect(sent).rejects.toThrow('stopped');
  });
});
