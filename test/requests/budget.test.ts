import { describe, expect, it } from 'vitest';
import { Budget, BudgetSpentError } from '../../src/requests/budget.js';

const never = new AbortController().signal;

/** An account whose first answer has shown that the estimates hold. */
async function open(most: number, shown = 0.001) {
  const budget = new Budget(most);
  const account = budget.openAccount();
  const reserve = (usd: number, isGuess = false) =>
    account.reserve(() => ({ usd, isGuess }), never);
  if (shown > 0) (await reserve(shown)).answered(shown);
  return { budget, account, reserve };
}

/** Whether a promise is still open when everything that can go on has. */
const isWaiting = (promise: Promise<unknown>) =>
  Promise.race([
    promise.then(() => false),
    new Promise<boolean>((resolve) => setImmediate(() => resolve(true))),
  ]);

describe('Budget', () => {
  it('refuses what could pass the ceiling, and takes back what was not used', async () => {
    const { reserve } = await open(1, 0);
    (await reserve(0.9)).answered(0.2);
    (await reserve(0.8)).answered(0.8);
    await expect(reserve(0.01)).rejects.toThrow(BudgetSpentError);
  });

  it('waits for what is in flight before it refuses', async () => {
    const { reserve } = await open(1);
    const first = await reserve(0.9);
    const second = reserve(0.5);
    expect(await isWaiting(second)).toBe(true);
    first.answered(0.09);
    (await second).answered(0.5);
    const third = await reserve(0.4);
    const fourth = reserve(0.4);
    third.answered(0.4);
    await expect(fourth).rejects.toThrow('up to $0.40');
  });

  it('sends one request alone until an answer has shown what answers cost', async () => {
    const { budget, reserve } = await open(10, 0);
    const first = await reserve(0.1);
    const second = reserve(0.1);
    const third = reserve(0.1);
    expect(await isWaiting(second)).toBe(true);
    first.lost();
    expect(await isWaiting(second)).toBe(false);
    expect(await isWaiting(third)).toBe(true);
    (await second).answered(1);
    expect((await third).usd).toBe(1);
    expect(await isWaiting(reserve(0.1))).toBe(true); // Ten times the dearest answer would pass 10.
    expect(budget.spent).toBeCloseTo(1.1);
  });

  it('counts what may have been billed, and what has no count, as was set aside', async () => {
    const { budget, reserve } = await open(1);
    (await reserve(0.3)).lost();
    (await reserve(0.3)).answered(undefined);
    (await reserve(0.3)).refused();
    expect(budget.spent).toBeCloseTo(0.601);
    await expect(reserve(0.5)).rejects.toThrow('stopped before passing `maxCost` 1');
  });

  it('learns from answers that cost more than was set aside', async () => {
    const { reserve } = await open(10, 0);
    (await reserve(1)).answered(3);
    const second = await reserve(1);
    expect(second.usd).toBe(3);
    const third = reserve(1);
    expect(await isWaiting(third)).toBe(true);
    second.answered(5);
    await expect(third).rejects.toThrow(BudgetSpentError);
  });

  it('passes its ceiling by the excess of one request at most', async () => {
    const { budget, reserve } = await open(1, 0);
    let worst = 0;
    const ask = async (i: number) => {
      const reservation = await reserve(0.01);
      await new Promise((resolve) => setImmediate(resolve));
      const cost = i % 7 === 0 ? 0.09 : 0.01;
      worst = Math.max(worst, cost - reservation.usd);
      reservation.answered(cost);
    };
    const asked = await Promise.allSettled(Array.from({ length: 200 }, (_, i) => ask(i + 1)));
    expect(asked.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(100);
    expect(budget.overshoot).toBeLessThanOrEqual(worst + 1e-9);
    expect(budget.spent).toBeGreaterThan(0.8);
  });

  it('keeps a request whose answer has no limit to itself', async () => {
    const { reserve } = await open(10);
    const guess = await reserve(0.1, true);
    const other = reserve(0.1);
    expect(await isWaiting(other)).toBe(true);
    guess.answered(0.1);
    await other;
    const second = reserve(0.1, true);
    expect(await isWaiting(second)).toBe(true);
    (await other).answered(0.1);
    expect(await isWaiting(second)).toBe(false);
  });

  it('reserves for the request as it is when its turn has come', async () => {
    const { account, reserve } = await open(1, 0);
    const first = await reserve(0.1);
    let usd = 0.1;
    const second = account.reserve(() => ({ usd }), never);
    usd = 0.4;
    first.answered(0.1);
    expect((await second).usd).toBe(0.4);
  });

  it('says how far an answer passed the ceiling', async () => {
    const { budget, reserve } = await open(1, 0);
    (await reserve(0.9)).answered(1.25);
    expect(budget.overshoot).toBeCloseTo(0.25);
  });

  it('without a ceiling lets everything pass', async () => {
    const { reserve } = await open(Number.POSITIVE_INFINITY, 0);
    await Promise.all([reserve(1e9), reserve(1e9)]);
  });
});
