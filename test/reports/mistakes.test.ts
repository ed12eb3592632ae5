import { describe, expect, it } from 'vitest';
import type { ModelResult } from '../../src/analysis/report/model.js';
import type { Report } from '../../src/analysis/report/report.js';
import { mistakesInWords } from '../../src/reports/mistakes.js';
import { makeReport } from '../helpers/report.js';

const { report } = makeReport({ contenders: ['wordlist'], bootstrap: 20 });
const [, model] = report.models;

describe('mistakesInWords', () => {
  it('counts misses and false alarms in 1,000 rows of the same shares', () => {
    if (!model) throw new Error('the fixture has a contender');
    const { positive, negative } = model.confusion;
    const rows = model.rows.compared;
    const inThousand = (count: number) => Math.round((1000 * count) / rows);
    const [, share, misses, alarms] =
      /^In 1,000 rows like these, (\d+) of them toxic, it misses (\d+) \[\d+, \d+\] and gives (\d+) \[\d+, \d+\] false alarms\.$/.exec(
        mistakesInWords(report, model) ?? '',
      ) ?? [];
    expect([share, misses, alarms].map(Number)).toEqual([
      inThousand(positive.positive + positive.negative),
      inThousand(positive.negative),
      inThousand(negative.positive),
    ]);
  });

  it('has the intervals of both recalls, and the names of the task', () => {
    const [recall, inverse] = [
      { value: 0.9, low: 0.8, high: 0.96 },
      { value: 1, low: 0.995, high: 1 },
    ];
    expect(mistakesInWords(named('spam'), rigged(recall, inverse))).toBe(
      'In 1,000 rows like these, 250 of them spam, it misses 25 [10, 50] and gives 0 [0, 3.8] false alarms.',
    );
  });

  it('says nothing where there are no rows of a class', () => {
    const none = { value: null, low: null, high: null };
    expect(mistakesInWords(report, rigged(none, { value: 1, low: null, high: null }))).toBeNull();
  });
});

const named = (positive: string): Report => ({
  ...report,
  task: { ...report.task, labels: { positive, negative: 'ok' } },
});

type Recall = Pick<ModelResult['figures']['accuracy'], 'value' | 'low' | 'high'>;

/** A model with these recalls, on 100 positive and 300 negative rows. */
function rigged(positive: Recall, negative: Recall): ModelResult {
  if (!model) throw new Error('the fixture has a contender');
  const { figures } = model;
  const of = (kind: 'positive' | 'negative', support: number, recall: Recall) => ({
    ...figures[kind],
    support,
    recall: { ...figures[kind].recall, ...recall },
  });
  return {
    ...model,
    figures: {
      ...figures,
      positive: of('positive', 100, positive),
      negative: of('negative', 300, negative),
    },
  };
}
