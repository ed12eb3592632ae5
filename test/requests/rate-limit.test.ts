import { describe, expect, it } from 'vitest';
import { RateLimit, type RateLimitOptions } from '../../src/requests/rate-limit.js';
import { heldClock, skippingClock } from '../helpers/clock.js';

const never = new AbortController().signal;

function open(options: Partial<RateLimitOptions>) {
  const clock = skippingClock();
  const rate = new RateLimit({ concurrency: 16, ...options, clock });
  /** When so many requests, all wanting to go now, may go. */
  const goAt = async (count: number, tokens = 0) => {
    const times: number[] = [];
    const go = async () => {
      const leave = await rate.enter(tokens, never);
      times.push(clock.now());
      leave.leave();
    };
    await Promise.all(Array.from({ length: count }, go));
    return times;
  };
  return { clock, rate, goAt };
}

const headersOf = (limit: number, remaining: number, reset: string) =>
  new Headers({
    'x-ratelimit-limit-requests': String(limit),
    'x-ratelimit-remaining-requests': String(remaining),
    'x-ratelimit-reset-requests': reset,
  });

describe('RateLimit', () => {
  it('lets all go at once where there is no ceiling', async () => {
    const { clock, goAt } = open({});
    expect(await goAt(8)).toEqual(Array(8).fill(0));
    expect(clock.waits).toEqual([]);
  });

  it('spreads requests evenly over the minute', async () => {
    const { goAt } = open({ rpm: 600 });
    expect(await goAt(8)).toEqual([0, 100, 200, 300, 400, 500, 600, 700]);
  });

  it('saves up no time that was not used', async () => {
    const { clock, goAt } = open({ rpm: 600 });
    await clock.sleep(5_000, never);
    expect(await goAt(3)).toEqual([5_000, 5_100, 5_200]);
  });

  it('spreads tokens, and corrects what was expected by what was used', async () => {
    const { clock, rate, goAt } = open({ tpm: 60_000 });
    const leave = await rate.enter(300, never);
    leave.clean(undefined, 100);
    expect(await goAt(2, 300)).toEqual([100, 400]);
    expect(clock.now()).toBe(400);
  });

  it('keeps to the tighter of two ceilings', async () => {
    const { goAt } = open({ rpm: 600, tpm: 60_000 });
    expect(await goAt(3, 250)).toEqual([0, 250, 500]);
  });

  it('lets nobody go while the server asks to wait', async () => {
    const { rate, goAt } = open({});
    const leaves = await Promise.all([1, 2, 3].map(() => rate.enter(0, never)));
    leaves[0]?.throttled(1_000); // The first may be one of few.
    leaves[1]?.throttled(70);
    leaves[2]?.throttled(40);
    expect(await goAt(4)).toEqual([70, 70, 70, 70]);
  });

  it('lets the others go where the server complains of one among many', async () => {
    const { rate, goAt } = open({});
    for (let i = 0; i < 20; i++) (await rate.enter(0, never)).clean(undefined, undefined);
    (await rate.enter(0, never)).throttled(1_000);
    expect(await goAt(2)).toEqual([0, 0]);
  });

  it("goes as fast as the server's headers say that room comes back", async () => {
    const { rate, goAt } = open({});
    (await rate.enter(0, never)).clean(headersOf(10, 2, '1600ms'), undefined);
    // 8 of 10 are back after 1,600 ms: one in 200.
    expect(await goAt(5)).toEqual([0, 0, 200, 400, 600]);
  });

  it('waits a minute at most on headers alone', async () => {
    const { rate, goAt } = open({});
    (await rate.enter(0, never)).clean(headersOf(1, 0, '24h0m0s'), undefined);
    expect(await goAt(1)).toEqual([60_000]);
  });

  it('heeds no headers that are not whole', async () => {
    const { rate, goAt } = open({});
    const headers = new Headers({ 'x-ratelimit-remaining-requests': '0' });
    (await rate.enter(0, never)).clean(headers, undefined);
    expect(await goAt(2)).toEqual([0, 0]);
  });

  it('gives up waiting when aborted, and loses no place by it', async () => {
    const rate = new RateLimit({ concurrency: 1, rpm: 1, clock: heldClock() });
    (await rate.enter(0, never)).leave();
    for (let i = 0; i < 2; i++) {
      const stop = new AbortController();
      const waiting = rate.enter(0, stop.signal);
      stop.abort(new Error('stopped'));
      await expect(waiting).rejects.toThrow('stopped');
    }
  });
});
