import { describe, expect, it } from 'vitest';
import { AdaptiveConcurrency, type Place } from '../../src/requests/concurrency.js';

const never = new AbortController().signal;

/** Takes as many places as are free. */
async function fill(concurrency: AdaptiveConcurrency): Promise<Place[]> {
  return Promise.all(Array.from({ length: concurrency.limit }, () => concurrency.enter(never)));
}

/** Rounds in which every place is used and every answer is clean. */
async function cleanRounds(concurrency: AdaptiveConcurrency, rounds: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const places = await fill(concurrency);
    // The limit grows while a round is given back, so that its last answers find places free.
    for (const place of places) place.clean();
  }
}

/** So many clean answers, while others always wait: each leaves its place to the next. */
async function keepBusy(concurrency: AdaptiveConcurrency, answers: number): Promise<void> {
  const places = await fill(concurrency);
  for (let i = 0; i < answers; i++) {
    places.shift()?.clean();
    while (places.length < concurrency.limit) places.push(await concurrency.enter(never));
  }
  for (const place of places) place.leave();
}

describe('AdaptiveConcurrency', () => {
  it('starts low, grows with clean answers, and never passes its most', async () => {
    const concurrency = new AdaptiveConcurrency(40);
    expect(concurrency.limit).toBe(16);
    await keepBusy(concurrency, 16);
    expect(concurrency.limit).toBe(32);
    await keepBusy(concurrency, 50);
    expect(concurrency.limit).toBe(40);
    expect(new AdaptiveConcurrency(2).limit).toBe(2);
  });

  it('is halved once by a burst of complaints, and grows slowly then', async () => {
    const concurrency = new AdaptiveConcurrency(64);
    await cleanRounds(concurrency, 60);
    const before = concurrency.limit;
    for (const place of await fill(concurrency)) place.throttled();
    expect(concurrency.limit).toBe(Math.floor(before / 2));
    const cut = concurrency.limit;
    await cleanRounds(concurrency, 1);
    expect(concurrency.limit - cut).toBeLessThanOrEqual(1);
    for (const place of await fill(concurrency)) place.throttled();
    expect(concurrency.limit).toBeLessThanOrEqual(Math.ceil((cut + 1) / 2));
  });

  it('makes good for a burst at the start within 25 rounds', async () => {
    const concurrency = new AdaptiveConcurrency(256);
    for (const place of await fill(concurrency)) place.throttled();
    expect(concurrency.limit).toBe(8);
    await keepBusy(concurrency, 4 * 8);
    expect(concurrency.limit).toBeLessThanOrEqual(12);
    await keepBusy(concurrency, 1_600);
    expect(concurrency.limit).toBe(256);
  });

  it('lets one complaint among many clean answers pass', async () => {
    const concurrency = new AdaptiveConcurrency(64);
    await cleanRounds(concurrency, 60);
    const complain = async () => (await concurrency.enter(never)).throttled();
    for (let i = 0; i < 50; i++) {
      expect(await complain()).toBe(false);
      for (let j = 0; j < 49; j++) (await concurrency.enter(never)).clean();
    }
    expect(concurrency.limit).toBe(64);
    const answers = [];
    for (let i = 0; i < 6; i++) answers.push(await complain());
    expect(answers).toEqual([false, false, false, false, false, true]);
    expect(concurrency.limit).toBe(32);
  });

  it('lets the first complaint of a run pass, which may be one of few', async () => {
    const concurrency = new AdaptiveConcurrency(64);
    expect((await concurrency.enter(never)).throttled()).toBe(false);
    expect(concurrency.limit).toBe(16);
    expect((await concurrency.enter(never)).throttled()).toBe(true);
    expect(concurrency.limit).toBe(8);
  });

  it('takes no complaint about what was sent before a cut for one that proves nothing', async () => {
    const concurrency = new AdaptiveConcurrency(4);
    const [first, second, third] = await fill(concurrency);
    expect([first?.throttled(), second?.throttled()]).toEqual([false, true]);
    expect(third?.throttled()).toBe(true);
    expect((await concurrency.enter(never)).throttled()).toBe(false);
  });

  it('holds on what is neither clean nor a complaint, and does not grow unused', async () => {
    const concurrency = new AdaptiveConcurrency(64);
    for (const place of await fill(concurrency)) place.leave();
    expect(concurrency.limit).toBe(16);
    for (let i = 0; i < 20; i++) (await concurrency.enter(never)).clean();
    expect(concurrency.limit).toBe(16);
  });

  it('lets the next in, in order, when a place is given back', async () => {
    const concurrency = new AdaptiveConcurrency(1);
    const first = await concurrency.enter(never);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (n) => {
      const place = await concurrency.enter(never);
      order.push(n);
      place.leave();
    });
    await Promise.resolve();
    expect(order).toEqual([]);
    first.leave();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  it('gives up waiting when aborted, and loses no place by it', async () => {
    const concurrency = new AdaptiveConcurrency(1);
    const first = await concurrency.enter(never);
    const stop = new AbortController();
    const waiting = concurrency.enter(stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    first.leave();
    (await concurrency.enter(never)).leave();
  });
});
