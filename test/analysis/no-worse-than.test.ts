import { describe, expect, it } from 'vitest';
import { noWorseThan } from '../../src/analysis/no-worse-than.js';
import type { Report } from '../../src/analysis/report/report.js';
import { makeReport } from '../helpers/report.js';

const { report } = makeReport({ contenders: ['mistral-7b'] });

/** The report with the contender's codes rewritten. */
function withCodes(change: (code: string, row: number) => string, base: Report = report): Report {
  const codes = [...(base.rows.said['mistral-7b'] ?? '')].map(change).join('');
  return { ...base, rows: { ...base.rows, said: { ...base.rows.said, 'mistral-7b': codes } } };
}

const flip = (code: string) => (code === '1' ? '0' : code === '0' ? '1' : code);

describe('noWorseThan', () => {
  it('passes a run that is the same as its baseline, by a margin that its rows can tell', () => {
    expect(noWorseThan(report, report, 0.03)).toMatchObject([
      { model: 'mistral-7b', passed: true, rows: [], rowCount: 0 },
    ]);
    const [strict] = noWorseThan(report, report, 0.001);
    expect(strict?.passed).toBe(false);
    expect(strict?.reason).toMatch(
      /changed by \+0\.00, .*; about [\d,]+ rows like these could tell$/,
    );
  });

  it('is passed by no part of the rows', () => {
    const models = report.models.map((model) => ({
      ...model,
      rows: { ...model.rows, not_asked: 1 },
    }));
    const [result] = noWorseThan({ ...report, models }, report, 0.03);
    expect(result).toMatchObject({ passed: false });
    expect(result?.reason).toMatch(
      /confidence; a gate needs every row, and 1 of 600 was not asked$/,
    );
  });

  it('is not passed by one shared row', () => {
    const place = report.rows.truth.indexOf('1');
    const only = (codes: string) => codes[place] ?? '';
    const said = Object.entries(report.rows.said).map(([name, codes]) => [name, only(codes)]);
    const one: Report = {
      ...report,
      rows: {
        keys: report.rows.keys.slice(place, place + 1),
        truth: '1',
        said: Object.fromEntries(said),
        clusters: null,
      },
    };
    expect(noWorseThan(one, one, 0.2)[0]?.passed).toBe(false);
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
      /^on \d+ shared rows it changed by -0\.\d\d, at least -0\.\d\d with 95% confidence; past the margin by 0\.\d\d$/,
    );
  });

  it('gives the same bound every time', () => {
    const before = withCodes((code, row) => (row % 40 === 0 ? flip(code) : code));
    expect(noWorseThan(report, before, 0.02)).toEqual(noWorseThan(report, before, 0.02));
  });

  it('compares the rows that both runs hold, wherever they stand', () => {
    const half = { ...report, rows: firstRows(report, 300) };
    const reversed = { ...half, rows: reverse(half.rows) };
    expect(noWorseThan(report, reversed, 0.05)[0]).toMatchObject({ passed: true });
    expect(noWorseThan(report, reversed, 0.05)[0]?.reason).toMatch(/^on 2\d\d shared rows/);
  });

  it('is not passed by refusing: what only the baseline answered is wrong', () => {
    const refused = withCodes((code, row) => (row % 3 === 0 ? 'r' : code));
    const policy = (on_unanswered: Report['settings']['on_unanswered']) => ({
      ...refused,
      settings: { ...refused.settings, on_unanswered },
    });
    for (const each of ['exclude', 'wrong'] as const) {
      const [result] = noWorseThan(policy(each), report, 0.03);
      expect(result?.passed).toBe(false);
      expect(result?.reason).toMatch(/; \d\d\d of them have no answer in this run; /);
    }
    const unasked = withCodes((code, row) => (row % 3 === 0 ? '-' : code));
    expect(noWorseThan(unasked, report, 0.03)[0]?.passed).toBe(false);
  });

  describe('where rows were asked more than once', () => {
    const codes = report.rows.said['mistral-7b'] ?? '';
    /** Every so many-th answer turned round, from one row on. */
    const noisy = (every: number, from: number) =>
      [...codes].map((code, row) => (row % every === from ? flip(code) : code)).join('');
    const withRuns = (first: string, ...others: string[]): Report => ({
      ...report,
      rows: {
        ...report.rows,
        said: { ...report.rows.said, 'mistral-7b': first },
        ...(others.length > 0 ? { reruns: { 'mistral-7b': others } } : {}),
      },
    });
    const before = withRuns(noisy(30, 1), noisy(30, 2), noisy(30, 3));
    const now = withRuns(noisy(30, 4), noisy(30, 5), noisy(30, 6));

    it('passes by the means what one run cannot tell', () => {
      const once = noWorseThan(withRuns(noisy(30, 4)), withRuns(noisy(30, 1)), 0.017);
      expect(once[0]?.passed).toBe(false);
      const [result] = noWorseThan(now, before, 0.017);
      expect(result?.passed).toBe(true);
      expect(result?.reason).toMatch(
        /^on \d+ shared rows \(means over 3 runs, of the baseline 3\) it changed by /,
      );
      expect(noWorseThan(now, withRuns(codes), 0.07)[0]?.reason).toContain('of the baseline 1)');
    });

    it('gives the same answers in each run no more weight than one', () => {
      const [once] = noWorseThan(report, before, 0.05);
      const [thrice] = noWorseThan(withRuns(codes, codes, codes), before, 0.05);
      expect(thrice?.value).toBeCloseTo(once?.value ?? 0, 12);
    });

    it('is not passed by refusing in one of the runs', () => {
      const refusing = [...codes].map((code, row) => (row % 3 === 0 ? 'r' : code)).join('');
      const [result] = noWorseThan(withRuns(codes, codes, refusing), report, 0.03);
      expect(result?.passed).toBe(false);
      expect(result?.reason).toMatch(/; \d\d\d of them have no answer in one of the runs; /);
      const [kept] = noWorseThan(report, withRuns(codes, codes, refusing), 0.03);
      // What the baseline did not always answer is not compared.
      expect(kept?.reason).toMatch(/^on 3\d\d shared rows/);
    });
  });

  it('takes the only contender for the counterpart, whatever its name', () => {
    const { report: baseline } = makeReport({ contenders: ['old'] });
    expect(noWorseThan(report, baseline, 0.03)[0]).toMatchObject({ passed: true });
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

function firstRows({ rows }: Report, n: number): Report['rows'] {
  const said = Object.entries(rows.said).map(([name, codes]) => [name, codes.slice(0, n)]);
  return {
    keys: rows.keys.slice(0, n),
    truth: rows.truth.slice(0, n),
    said: Object.fromEntries(said),
    clusters: null,
  };
}

function reverse({ keys, truth, said }: Report['rows']): Report['rows'] {
  const turned = (codes: string) => [...codes].reverse().join('');
  const entries = Object.entries(said).map(([name, codes]) => [name, turned(codes)]);
  return {
    keys: keys.toReversed(),
    truth: turned(truth),
    said: Object.fromEntries(entries),
    clusters: null,
  };
}
