import { expect, it } from 'vitest';
import { CostTotal } from '../../src/pricing/cost.js';
import { type Asked, addAsked } from '../../src/run/asked.js';

function asked(usd: number, more: Partial<Asked> = {}): Asked {
  const cost = new CostTotal();
  cost.add(usd);
  return {
    file: 'l.jsonl',
    totals: {
      labels: { positive: 9, negative: 9 },
      unanswered: 0,
      labelledByPeople: 0,
      cost: new CostTotal(),
    },
    labels: { positive: 1, negative: 2 },
    unanswered: { refused: 1 },
    retryable: 1,
    skipped: 4,
    usage: { prompt_tokens: 10, completion_tokens: 1 },
    cost,
    seconds: 2,
    ...more,
  };
}

it('adds up two runs over one file, which held before what the first of them found', () => {
  const facts = { tracker: 't', submitted: 3, open: 1, waiting: 2, missing: 0, savedUsd: 0.5 };
  const before = asked(0.25, { batches: facts });
  const after = asked(0.5, { skipped: 8, batches: { ...facts, open: 0, waiting: 0 } });
  expect(addAsked(before, after)).toMatchObject({
    labels: { positive: 2, negative: 4 },
    unanswered: { refused: 2 },
    retryable: 2,
    skipped: 4,
    usage: { prompt_tokens: 20, completion_tokens: 2 },
    cost: { usd: 0.75, known: 2 },
    seconds: 4,
    batches: { submitted: 6, open: 0, waiting: 0, savedUsd: 1 },
  });
  expect(before.labels.positive).toBe(1);
});
