import { describe, expect, it } from 'vitest';
import type { Pair } from '../../src/analysis/report/comparisons.js';
import type { Report } from '../../src/analysis/report/report.js';
import { findingInWords, findings, orient } from '../../src/reports/words.js';
import { makeReport } from '../helpers/report.js';

describe('findings', () => {
  const { report } = makeReport();

  it('say for each contender how it does, how it compares, and what it costs', () => {
    expect(findings(report)).toMatchInlineSnapshot(`
      [
        "gpt-6-astra has a toxic F1 of 0.90 [0.86, 0.94] (95% interval); its teacher, gpt-4.1, has 0.89 [0.84, 0.92]. On the 593 rows for which both have a label, the two cannot be told apart: its toxic F1 could be lower by 0.03. It costs $30 per 1,000 rows, 10 times dearer than gpt-4.1.",
        "mistral-7b has a toxic F1 of 0.80 [0.74, 0.85] (95% interval); its teacher, gpt-4.1, has 0.89 [0.84, 0.92]. On the 578 rows for which both have a label, its toxic F1 is lower by 0.09 [0.03, 0.15]: a significant difference. It costs $0.0811 per 1,000 rows, 37 times cheaper than gpt-4.1.",
        "my-server has a toxic F1 of 0.77 [0.71, 0.82] (95% interval); its teacher, gpt-4.1, has 0.89 [0.84, 0.92]. On the 593 rows for which both have a label, its toxic F1 is lower by 0.12 [0.06, 0.18]: a significant difference. Its cost is unknown.",
        "wordlist has a toxic F1 of 0.48 [0.41, 0.56] (95% interval); its teacher, gpt-4.1, has 0.89 [0.84, 0.92]. On the 593 rows for which both have a label, its toxic F1 is lower by 0.40 [0.33, 0.48]: a significant difference. It costs nothing per row (local).",
      ]
    `);
  });

  it('compare nothing where the teacher is the truth', () => {
    const { report: followed } = makeReport({ truth: 'teacher', contenders: ['mistral-7b'] });
    const [sentence] = findings(followed);
    expect(sentence).toContain('against the labels of its teacher, gpt-4.1');
    expect(sentence).not.toContain('On the');
  });

  it.each([
    ['equivalent', 'the two are equivalent within 0.02.'],
    ['not told apart', 'the two cannot be told apart: its toxic F1 could be lower by 0.03.'],
    ['not comparable', 'the two cannot be compared: too few rows, or too few toxic ones.'],
  ] as const)('say of a pair that is %s that %s', (finding, words) => {
    const rigged: Report = {
      ...report,
      pairs: report.pairs.map((pair) => ({
        ...pair,
        finding,
        f1_difference: { ...pair.f1_difference, low: -0.03, high: 0.03 },
      })),
    };
    expect(findings(rigged)[0]).toContain(words);
  });

  it('say of a pair that gave the same answers that it did', () => {
    const alike: Report = {
      ...report,
      pairs: report.pairs.map((pair) => ({
        ...pair,
        finding: 'not told apart',
        mcnemar: { only_a_right: 0, only_b_right: 0, p: 1 },
      })),
    };
    expect(findings(alike)[0]).toContain('both have a label, the two gave the same answers.');
    expect(findingInWords(alike.pairs[0] as Pair, alike)).toBe('the same answers');
    const rerun = { runs: 2, f1_sd: 0, changed: 3, rows: 9 };
    const models = alike.models.map((model) => ({ ...model, rerun }));
    expect(findings({ ...alike, models })[0]).toContain('cannot be told apart');
  });

  it('say what is not known', () => {
    const unknown: Report = {
      ...report,
      pairs: [],
      models: report.models.map((model) => ({
        ...model,
        figures: {
          ...model.figures,
          positive: {
            ...model.figures.positive,
            f1: { ...model.figures.positive.f1, value: null },
          },
        },
        cost: { ...model.cost, per_1000_rows: null },
      })),
    };
    expect(findings(unknown)[0]).toBe(
      'The toxic F1 of mistral-7b is not defined on these rows. Its cost is unknown.',
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
