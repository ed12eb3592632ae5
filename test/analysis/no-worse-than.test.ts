import { describe, expect, it } from 'vitest';
import { f1DifferenceBound, noWorseThan } from '../../src/analysis/no-worse-than.js';
import type { Report } from '../../src/analysis/report.js';
import { pairedCell } from '../../src/metrics/paired.js';
import { makeReport } from '../helpers/report.js';

const { report } = makeReport({ contenders: ['mistral-7b'] });

/** The report with the contender's codes rewritten. */
function withCodes(change: (code: string, row: number) => string, base: Report = report): Report {
  const codes = [...(base.rows.said['mistral-7b'] ?? '')].map(change).join('');
  return { ...base, rows: { ...base.rows, said: { ...base.rows.said, 'mistral-7b': codes } } };
}

const flip = (code: string) => (code === '1' ? '0' : code === '0' ? '1' : code);

describe('noWorseThan', () => {
  it('passes a run that is the same as its baseline, by any margin above 0', () => {
    expect(noWorseThan(report, report, 0.001)).toMatchObject([
      { model: 'mistral-7b', passed: true, value: 0, rows: [], rowCount: 0 },
    ]);
  });

  it('does not pass by a margin of 0 what is only equal', () => {
    expect(noWorseThan(report, report, 0)[0]?.passed).toBe(false);
  });

  it('fails a run that got worse, and names the rows that did', () => {
    const worse = withCodes((code, row) => (row % 5 === 0 && row > 100 ? flip(code) : code));
    const now = {
      ...worse,
      disagreements: worse.rows.keys.map((_, row) => ({
        ...(worse.disagreements[0] as Report['disagreements'][number]),
        row,
        index: row * 2,
      })),
    };
    const [result] = noWorseThan(now, report, 0.02);
    expect(result?.passed).toBe(false);
    expect(result?.value).toBeLessThan(-0.02);
    expect(result?.rows).toHaveLength(10);
    expect(result?.rows.every((index) => index % 10 === 0 && index > 200)).toBe(true);
    expect(result?.reason).toMatch(
      /^on \d+ shared rows it changed by -0\.\d\d, at least -0\.\d\d with 95% confidence, past the margin by 0\.\d\d$/,
    );
  });

  it('gives the same bound every time', () => {
    const before = withCodes((code, row) => (row % 40 === 0 ? flip(code) : code));
    expect(noWorseThan(report, before, 0.02)).toEqual(noWorseThan(report, before, 0.02));
  });

  it('compares the rows that both runs hold, wherever they stand', () => {
    const half = { ...report, rows: firstRows(report, 300) };
    const reversed = { ...half, rows: reverse(half.rows) };
    expect(noWorseThan(report, reversed, 0.01)[0]).toMatchObject({ passed: true, value: 0 });
    expect(noWorseThan(report, reversed, 0.01)[0]?.reason).toMatch(/^on 2\d\d shared rows/);
  });

  it('counts a row without a label as the policy has it', () => {
    const refused = withCodes((code, row) => (row % 3 === 0 ? 'r' : code));
    const policy = (on_unanswered: Report['settings']['on_unanswered']) => ({
      ...refused,
      settings: { ...refused.settings, on_unanswered },
    });
    expect(noWorseThan(policy('exclude'), report, 0.02)[0]?.passed).toBe(true);
    expect(noWorseThan(policy('wrong'), report, 0.02)[0]?.passed).toBe(false);
  });

  it('takes the only contender for the counterpart, whatever its name', () => {
    const { report: baseline } = makeReport({ contenders: ['old'] });
    expect(noWorseThan(report, baseline, 0.01)[0]).toMatchObject({ passed: true });
  });

  it('refuses what cannot be compared', () => {
    const { report: other } = makeReport({ contenders: ['mistral-7b'], truth: 'teacher' });
    expect(() => noWorseThan(report, other, 0.02)).toThrow('the baseline\'s truth is "teacher"');
    const { report: two } = makeReport({ contenders: ['a', 'b'] });
    expect(() => noWorseThan(report, two, 0.02)).toThrow('no contender "mistral-7b"');
    const otherKeys = {
      ...report,
      rows: { ...report.rows, keys: report.rows.keys.map((key) => `x${key}`) },
    };
    expect(() => noWorseThan(report, otherKeys, 0.02)).toThrow('have no row in common');
    const relabelled = {
      ...report,
      rows: { ...report.rows, truth: report.rows.truth.replaceAll('0', '1') },
    };
    expect(() => noWorseThan(report, relabelled, 0.02)).toThrow('another true label');
    expect(() => noWorseThan(report, report, Number.NaN)).toThrow('the margin is NaN');
  });
});

describe('f1DifferenceBound', () => {
  it('agrees with resampling the rows one by one', () => {
    const rows = Array.from({ length: 400 }, (_, i) => ({
      truth: i % 4 === 0,
      now: i % 4 === 0 ? i % 12 !== 0 : i % 21 === 1,
      before: i % 4 === 0 ? i % 20 !== 0 : i % 17 === 1,
    }));
    const settings = { confidence: 0.95, bootstrap: 4000, seed: 3 };
    const cells = new Array<number>(8).fill(0);
    for (const { truth, now, before } of rows) {
      const cell = pairedCell(truth, now, before);
      cells[cell] = (cells[cell] ?? 0) + 1;
    }
    const { difference, low } = f1DifferenceBound(cells, settings);
    const f1 = (sample: typeof rows, key: 'now' | 'before') => {
      const hits = sample.filter((row) => row.truth && row[key]).length;
      const wrong = sample.filter((row) => row.truth !== row[key]).length;
      return (2 * hits) / (2 * hits + wrong);
    };
    const of = (sample: typeof rows) => f1(sample, 'now') - f1(sample, 'before');
    expect(difference).toBeCloseTo(of(rows), 12);
    let state = 1;
    const pick = () => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return rows[Math.floor((state / 2 ** 32) * rows.length)] as (typeof rows)[number];
    };
    const draws = Array.from({ length: 4000 }, () => of(rows.map(pick))).sort((a, b) => a - b);
    expect(Math.abs(low - (draws[199] ?? 0))).toBeLessThan(0.006);
  });

  it('takes an F1 without any toxic row for 0', () => {
    const cells = [5, 0, 0, 0, 0, 0, 0, 0];
    expect(f1DifferenceBound(cells, { confidence: 0.95, bootstrap: 50, seed: 1 })).toEqual({
      difference: 0,
      low: 0,
    });
  });
});

function firstRows({ rows }: Report, n: number): Report['rows'] {
  const said = Object.entries(rows.said).map(([name, codes]) => [name, codes.slice(0, n)]);
  return {
    keys: rows.keys.slice(0, n),
    truth: rows.truth.slice(0, n),
    said: Object.fromEntries(said),
  };
}

function reverse({ keys, truth, said }: Report['rows']): Report['rows'] {
  const turned = (codes: string) => [...codes].reverse().join('');
  const entries = Object.entries(said).map(([name, codes]) => [name, turned(codes)]);
  return { keys: keys.toReversed(), truth: turned(truth), said: Object.fromEntries(entries) };
}
