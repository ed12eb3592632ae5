import { describe, expect, it } from 'vitest';
import { Budget } from '../../src/requests/budget.js';
import type { Failure } from '../../src/requests/failures.js';
import { type Request, RequestError, Sender, type Sent } from '../../src/requests/sender.js';
import { heldClock, skippingClock } from '../helpers/clock.js';

const never = new AbortController().signal;
const OK: Sent = { headers: undefined, usage: null };

/** An attempt's end that stands for a failure. */
class Failed extends Error {
  constructor(readonly failure: Failure) {
    super(failure.message);
  }
}

type Cause = Extract<Failure, { kind: 'retry' }>['cause'];
const retryable = (cause: Cause, afterMs?: number) =>
  new Failed({ kind: 'retry', message: cause, afterMs, cause });

/** A request whose attempts end, one after the other, as they are given; then it succeeds. */
function request(ends: readonly (Failed | Sent)[], mostUsd = 0) {
  const state = { attempts: 0 };
  const send = async () => {
    const end = ends[state.attempts] ?? OK;
    state.attempts += 1;
    if (end instanceof Failed) throw end;
    return end;
  };
  const request: Request<Sent> = {
    shoot: () => ({ send, mostCost: { usd: mostUsd } }),
    tokens: () => 0,
    costOf: () => 0,
    failureOf: (error) => (error as Failed).failure,
  };
  return { state, request };
}

function open(maxRetries = 6, budget?: Budget) {
  const clock = skippingClock();
  return { clock, sender: new Sender({ maxRetries, concurrency: 4, budget, clock }) };
}

describe('Sender', () => {
  it('waits as long as the server asks, and twice as long where it refuses again', async () => {
    const { clock, sender } = open();
    const { state, request: asked } = request([
      retryable('throttled', 40),
      retryable('throttled', 40),
      retryable('throttled', 40),
    ]);
    await sender.send(asked, never);
    expect(state.attempts).toBe(4);
    expect(clock.waits).toEqual([40, 80, 160]);
  });

  it('backs off with jitter where the server does not say, half a minute at most', async () => {
    const { clock, sender } = open(20);
    await sender.send(request(Array(20).fill(retryable('server'))).request, never);
    const bounds = clock.waits.map((_, i) => Math.min(30_000, 500 * 2 ** i));
    expect(clock.waits.length).toBe(20);
    expect(clock.waits.filter((ms, i) => ms >= (bounds[i] ?? 0))).toEqual([]);
    expect(new Set(clock.waits).size).toBe(20);
  });

  it('gives up when the tries are used up, with what failed last', async () => {
    const { clock, sender } = open(2);
    const { state, request: asked } = request(Array(9).fill(retryable('server', 1)));
    await expect(sender.send(asked, never)).rejects.toThrow(RequestError);
    expect([state.attempts, clock.waits.length]).toEqual([3, 2]);
  });

  it('tries once where trying again cannot help', async () => {
    const { state, request: asked } = request([new Failed({ kind: 'key', message: 'no' })]);
    await expect(open().sender.send(asked, never)).rejects.toThrow('no');
    expect(state.attempts).toBe(1);
  });

  it('uses up no try for being throttled while others are answered', async () => {
    let isWaiting = false;
    const clock = skippingClock(async () => {
      if (isWaiting) return;
      isWaiting = true;
      await sender.send(request([]).request, never); // Another, which is answered meanwhile.
      isWaiting = false;
    });
    const sender = new Sender({ maxRetries: 1, concurrency: 4, clock });
    const { state, request: asked } = request(Array(9).fill(retryable('throttled', 1)));
    await sender.send(asked, never);
    expect(state.attempts).toBe(10);
  });

  it('gives up soon on a server that was never reached, later on one that was', async () => {
    const { sender } = open();
    const first = request(Array(9).fill(retryable('unreachable')));
    await expect(sender.send(first.request, never)).rejects.toThrow('unreachable');
    expect(first.state.attempts).toBe(3);
    await sender.send(request([]).request, never);
    const later = request(Array(9).fill(retryable('unreachable')));
    await expect(sender.send(later.request, never)).rejects.toThrow('unreachable');
    expect(later.state.attempts).toBe(7);
  });

  it('counts what may have been billed as spent, and a refusal as free', async () => {
    const budget = new Budget(1);
    const { sender } = open(6, budget);
    const free = request([retryable('server', 1), retryable('throttled', 1)], 0.9);
    await sender.send(free.request, never);
    expect(sender.possiblyBilled).toEqual({ requests: 0, usd: 0 });
    for (const cause of ['broken', 'midway'] as const) {
      await sender.send(request([retryable(cause)], 0.3).request, never);
    }
    expect(sender.possiblyBilled).toEqual({ requests: 2, usd: 0.6 });
    await expect(sender.send(request([], 0.5).request, never)).rejects.toThrow(
      'stopped before passing',
    );
  });

  it('reserves and sends anew for a request that was put in another form', async () => {
    const budget = new Budget(1);
    const { sender } = open(0, budget);
    let usd = 0.1;
    const sent: number[] = [];
    const shoot = () => {
      const now = usd;
      return {
        mostCost: { usd: now },
        send: async () => {
          sent.push(now);
          if (now < 0.4) throw new Failed({ kind: 'row', message: 'no' });
          return OK;
        },
        adapt: () => {
          usd = 0.4;
          return true;
        },
      };
    };
    await sender.send({ ...request([]).request, shoot, costOf: () => null }, never);
    expect(sent).toEqual([0.1, 0.4]);
    expect(budget.spent).toBe(0.4);
  });

  it('stops waiting when aborted, with the reason', async () => {
    const clock = heldClock();
    const sender = new Sender({ maxRetries: 6, concurrency: 4, clock });
    const stop = new AbortController();
    const { state, request: asked } = request([retryable('throttled', 60_000)]);
    const sending = sender.send(
      { ...asked, onRetry: () => setImmediate(() => stop.abort(new Error('stopped'))) },
      stop.signal,
    );
    await expect(sending).rejects.toThrow('stopped');
    expect([state.attempts, clock.waits]).toEqual([1, [60_000]]);
  });
});
