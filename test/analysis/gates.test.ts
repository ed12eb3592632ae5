import { describe, expect, it } from 'vitest';
import { checkGates, GATE_PATHS, parseGate, renderGates } from '../../src/analysis/gates.js';
import type { ModelResult } from '../../src/analysis/report/model.js';
import type { Report } from '../../src/analysis/report/report.js';
import { makeReport } from '../helpers/report.js';

const { report } = makeReport({ contenders: ['mistral-7b'] });
const contender = contenderOf(report);

function contenderOf({ models }: Report): ModelResult {
  const found = models.find(({ role }) => role === 'contender');
  if (!found) throw new Error('the fixture has a contender');
  return found;
}

/** The fixture with one thing about its contender changed. */
const withContender = (change: (model: ModelResult) => Partial<ModelResult>): Report => ({
  ...report,
  models: report.models.map((model) =>
    model.role === 'contender' ? { ...model, ...change(model) } : model,
  ),
});

describe('parseGate', () => {
  it('reads a figure and the least it may be', () => {
    expect(parseGate('toxic.f1=0.70')).toEqual({ path: 'positive.f1', least: 0.7, end: 'value' });
    expect(parseGate('mcc=-.1', 'bound')).toEqual({ path: 'mcc', least: -0.1, end: 'bound' });
  });

  it.each([
    ['toxic.f2=0.7', 'names no figure'],
    ['toxic=0.7', 'names no figure'],
    ['__proto__=0.7', 'names no figure'],
    ['toxic.f1', 'is not of the form figure=limit'],
    ['toxic.f1=', 'is ""'],
    ['toxic.f1=0.7x', 'is "0.7x"'],
    ['toxic.f1=70', 'is "70"'],
    ['toxic.f1=1e-1', 'is "1e-1"'],
    ['toxic.f1=NaN', 'is "NaN"'],
    ['brier=0.1', 'sets a lower limit to brier'],
  ])('refuses %s', (text, problem) => {
    expect(() => parseGate(text)).toThrow(problem);
  });

  it('lists the figures where one is unknown', () => {
    expect(() => parseGate('f1=0.7')).toThrow(
      expect.objectContaining({
        hint: expect.stringContaining(
          'toxic.f1, not_toxic.precision, not_toxic.recall, not_toxic.f1, accuracy',
        ),
      }),
    );
  });
});

describe('checkGates', () => {
  it.each(GATE_PATHS)('finds %s', (path) => {
    const [result] = checkGates(report, [parseGate(`${path}=-1`)]);
    expect(result?.value).toEqual(expect.any(Number));
  });

  it('finds a figure at a level', () => {
    const [result] = checkGates(report, [parseGate('precision_at_recall.0.90=0.1')]);
    const { value } = contender.figures.precision_at_recall?.[1]?.figure ?? {};
    expect(result).toMatchObject({ value, passed: true });
    const [absent] = checkGates(report, [parseGate('precision_at_recall.0.85=0.1')]);
    expect(absent).toMatchObject({ value: null, passed: false });
  });

  it('passes at the limit itself, and fails just above it', () => {
    const value = 0.7;
    const exact = withContender(({ figures }) => ({
      figures: { ...figures, accuracy: { ...figures.accuracy, value } },
    }));
    expect(checkGates(exact, [parseGate('accuracy=0.7')])[0]?.passed).toBe(true);
    const [failed] = checkGates(exact, [parseGate('accuracy=0.70001')]);
    expect(failed).toMatchObject({
      passed: false,
      reason: 'it is 0.700000, short by 0.000010',
    });
  });

  it('holds the lower end of the interval against the limit where asked', () => {
    const { value, low } = contender.figures.positive.f1;
    const between = (((value ?? 0) + (low ?? 0)) / 2).toFixed(3);
    const gates = [parseGate(`toxic.f1=${between}`), parseGate(`toxic.f1=${between}`, 'bound')];
    expect(checkGates(report, gates).map(({ passed }) => passed)).toEqual([true, false]);
  });

  it('fails, and says why, where there is no such figure', () => {
    const bare = withContender(({ figures: { auprc: _, ...figures } }) => ({
      figures: {
        ...figures,
        mcc: { ...figures.mcc, value: null },
        kappa: { ...figures.kappa, low: null },
      },
    }));
    const results = checkGates(bare, [
      parseGate('auprc=0'),
      parseGate('mcc=-1'),
      parseGate('kappa=-1', 'bound'),
    ]);
    expect(results.map((result) => [result.passed, result.value, result.reason])).toEqual([
      [false, null, 'there is no auprc: not every answer has a score'],
      [false, null, 'mcc is not defined on these rows'],
      [false, null, 'kappa has no interval'],
    ]);
  });

  it('passes on no part of the rows, whatever the figure is', () => {
    const partial = withContender(({ rows }) => ({ rows: { ...rows, not_asked: 7 } }));
    const [high, low] = checkGates(partial, [
      parseGate('accuracy=0.5'),
      parseGate('accuracy=0.99'),
    ]);
    const why = 'a gate needs every row, and 7 of 600 were not asked';
    expect(high).toMatchObject({ passed: false, reason: `it is 0.88; ${why}`, rowCount: 0 });
    expect(low).toMatchObject({ passed: false, reason: `it is 0.88, short by 0.11; ${why}` });
    expect(low?.rowCount).toBeGreaterThan(0);
  });

  it('names the rows that pull the figure down, by their index in the dataset', () => {
    const rowsOf = (path: string) => {
      const [result] = checkGates(report, [parseGate(`${path}=1`)]);
      return { named: result?.rows ?? [], count: result?.rowCount };
    };
    const { negative, positive } = contender.confusion;
    expect(rowsOf('toxic.precision').count).toBe(negative.positive);
    expect(rowsOf('not_toxic.recall').count).toBe(negative.positive);
    expect(rowsOf('toxic.recall').count).toBe(positive.negative);
    expect(rowsOf('toxic.f1').count).toBe(negative.positive + positive.negative);
    expect(rowsOf('coverage').count).toBe(contender.rows.total - contender.rows.answered);
    const missed = report.disagreements.filter(
      ({ human, said }) => human === 'positive' && said[contender.name] === 'negative',
    );
    expect(rowsOf('toxic.recall').named).toEqual(missed.slice(0, 10).map(({ index }) => index));
  });

  it('checks every contender and never the teacher', () => {
    const { report: two } = makeReport({ contenders: ['mistral-7b', 'wordlist'] });
    expect(checkGates(two, [parseGate('accuracy=0')]).map(({ model }) => model)).toEqual([
      'mistral-7b',
      'wordlist',
    ]);
  });
});

describe('renderGates', () => {
  it('says which gate failed, by how much, on which rows', () => {
    const gates = [parseGate('accuracy=0.5'), parseGate('toxic.f1=0.9')];
    expect(renderGates(checkGates(report, gates))).toMatchInlineSnapshot(`
      "gate passed  mistral-7b: accuracy at least 0.5; it is 0.88
      gate FAILED  mistral-7b: toxic.f1 at least 0.9; it is 0.75, short by 0.15; rows 0, 2, 8, 12, 14, 16, 18, 20, 22, 24 and 58 more (the first is 0)"
    `);
  });

  it('shows escape sequences in a model name instead of sending them', () => {
    const { report: hostile } = makeReport({ contenders: ['\u001b[31mred\nline'] });
    const text = renderGates(checkGates(hostile, [parseGate('accuracy=0')]));
    expect(text).toContain('\\x1b[31mred\\nline');
    expect(text.split('\n')).toHaveLength(1);
  });
});
