import { describe, expect, it } from 'vitest';
import { Budget, BudgetSpentError } from '../../src/requests/budget.js';

const never = new AbortController().signal;

describe('Budget', () => {
  it('refuses what could pass the ceiling, and takes back what was not used', async () => {
    const budget = new Budget(1);
    const dear = await budget.reserve(0.9, never);
    dear.settle(0.2);
    const next = await budget.reserve(0.8, never);
    next.settle(0.8);
    await expect(budget.reserve(0.01, never)).rejects.toThrow(BudgetSpentError);
  });

  it('waits for what is in flight before it refuses', async () => {
    const budget = new Budget(1);
    const first = await budget.reserve(0.9, never);
    const second = budget.reserve(0.5, never);
    first.settle(0.1);
    (await second).settle(0.5);
    const third = await budget.reserve(0.4, never);
    const fourth = budget.reserve(0.4, never);
    third.settle(0.4);
    await expect(fourth).rejects.toThrow('up to $0.40');
  });

  it('counts what may have been billed as the most it could cost', async () => {
    const budget = new Budget(1);
    (await budget.reserve(0.6, never)).settle(undefined);
    await expect(budget.reserve(0.5, never)).rejects.toThrow('stopped before passing `maxCost` 1');
  });

  it('learns from answers that cost more than was set aside', async () => {
    const budget = new Budget(10);
    (await budget.reserve(1, never)).settle(3);
    const second = await budget.reserve(1, never);
    (await budget.reserve(1, never)).settle(3);
    second.settle(3);
    await expect(budget.reserve(1, never)).rejects.toThrow(BudgetSpentError);
  });

  it('without a ceiling lets everything pass', async () => {
    (await new Budget().reserve(1e9, never)).settle(1e9);
  });
});
