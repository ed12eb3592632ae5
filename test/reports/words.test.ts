import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report.js';
import { money, number, orient, timesWord, verdicts } from '../../src/reports/words.js';
import { makeReport } from '../helpers/report.js';

describe('number', () => {
  it('rounds as the text report does, and shows what is undefined', () => {
    expect(number(0.7125)).toBe('0.713');
    expect(number(0.0625)).toBe('0.062');
    expect(number(-0.25)).toBe('−0.250');
    expect(number(-0.0001)).toBe('0.000');
    expect(number(null)).toBe('–');
  });
});

describe('money', () => {
  it.each([
    [null, 'unknown'],
    [0, '$0'],
    [1234.5, '$1,234.50'],
    [0.5, '$0.50'],
    [0.0866, '$0.087'],
    [0.000012, '$0.000012'],
    [1e-9, '$1.0e-9'],
  ])('writes %s as %s', (usd, text) => {
    expect(money(usd)).toBe(text);
  });
});

describe('timesWord', () => {
  it('keeps a digit below ten only', () => {
    expect([2.94, 36.6, 1234].map(timesWord)).toEqual(['2.9', '37', '1,234']);
  });
});

describe('verdicts', () => {
  const { report } = makeReport();

  it('say for each contender how it does, whether it is tied, and what it costs', () => {
    expect(verdicts(report)).toMatchInlineSnapshot(`
      [
        "gpt-6-astra reaches a toxic F1 of 0.904 (95% interval 0.859 to 0.938); its teacher, gpt-4.1, 0.889 (0.843 to 0.924). On the 593 rows that both answered the two cannot be told apart: they are statistically tied. It costs $30.00 per 1,000 rows, 10 times more than gpt-4.1.",
        "mistral-7b reaches a toxic F1 of 0.800 (95% interval 0.742 to 0.849); its teacher, gpt-4.1, 0.889 (0.843 to 0.924). On the 578 rows that both answered it is worse by 0.093 (0.035 to 0.157), more than chance explains. It costs $0.081 per 1,000 rows, 37 times less than gpt-4.1.",
        "my-server reaches a toxic F1 of 0.770 (95% interval 0.712 to 0.818); its teacher, gpt-4.1, 0.889 (0.843 to 0.924). On the 593 rows that both answered it is worse by 0.119 (0.058 to 0.181), more than chance explains. What it costs is not known.",
        "wordlist reaches a toxic F1 of 0.484 (95% interval 0.406 to 0.548); its teacher, gpt-4.1, 0.889 (0.843 to 0.924). On the 593 rows that both answered it is worse by 0.405 (0.329 to 0.484), more than chance explains. It costs nothing per row (local).",
      ]
    `);
  });

  it('claim no comparison where the teacher is the truth', () => {
    const { report: followed } = makeReport({ truth: 'teacher', contenders: ['mistral-7b'] });
    const [sentence] = verdicts(followed);
    expect(sentence).toContain('against the labels of its teacher, gpt-4.1');
    expect(sentence).not.toContain('tied');
  });

  it('tell a difference in right answers from one in toxic F1', () => {
    const differing: Report = {
      ...report,
      pairs: report.pairs.map((pair) => ({
        ...pair,
        tied: false,
        f1_difference: { ...pair.f1_difference, p_holm: 0.4 },
      })),
    };
    const [sentence] = verdicts(differing);
    expect(sentence).toContain('not right equally often');
    expect(sentence).not.toMatch(/worse|better/);
  });

  it('say what is not known', () => {
    const unknown: Report = {
      ...report,
      pairs: [],
      models: report.models.map((model) => ({
        ...model,
        figures: {
          ...model.figures,
          toxic: { ...model.figures.toxic, f1: { ...model.figures.toxic.f1, value: null } },
        },
        cost: { ...model.cost, per_1000_rows: null },
      })),
    };
    expect(verdicts(unknown)[0]).toBe(
      'mistral-7b has no toxic F1: it is not defined on these rows. What it costs is not known.',
    );
  });

  it('turn a difference around for the second of a pair', () => {
    const [pair] = report.pairs;
    if (!pair) throw new Error('the fixture has pairs');
    const { value, low, high } = pair.f1_difference;
    expect(orient(pair, pair.a)).toEqual({ value, low, high });
    expect(orient(pair, pair.b)).toEqual({
      value: -(value ?? 0),
      low: -(high ?? 0),
      high: -(low ?? 0),
    });
  });
});
