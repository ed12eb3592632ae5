import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.js';
import { renderText } from '../../src/reports/text.js';
import { findings } from '../../src/reports/words.js';
import { HOSTILE_TEXTS, makeReport } from '../helpers/report.js';

/** The report of a run on which nobody asked for published results. */
function reportOf(options: Parameters<typeof makeReport>[0]): Report {
  const { report } = makeReport({ bootstrap: 20, ...options });
  return { ...report, baselines: null };
}

const linesOf = (text: string) => text.trimEnd().split('\n');

describe('the text report', () => {
  const contenders = ['mistral-7b', 'wordlist'];

  it('has the tables of the contenders, what changes how they are read, and a ranking', () => {
    const { report } = makeReport({ contenders });
    expect(renderText(report)).toMatchSnapshot();
  });

  it('has everything where everything is wanted, between all tables and the same ranking', () => {
    const { report } = makeReport({ contenders });
    const [full, short] = [renderText(report, { full: true }), renderText(report)];
    expect(full).toMatchSnapshot();
    const tables = full.slice(0, full.indexOf('\nFigures with'));
    const [, ofContenders = ''] = tables.split(/(?=^Contender)/m);
    expect(short.startsWith(ofContenders)).toBe(true);
    expect(short.endsWith(full.slice(full.indexOf('\nRanking by')))).toBe(true);
  });

  it('ends with what was found of a contender, as the page and the summary have it', () => {
    const report = reportOf({ contenders: ['mistral-7b'] });
    const [found = ''] = findings(report);
    const last = renderText(report).split('\n\n').at(-1) ?? '';
    expect(last.trimEnd().replaceAll('\n', ' ')).toBe(found);
  });

  it('fits a screen of 80 columns and 40 lines for a teacher and a contender', () => {
    for (const truth of ['human', 'teacher'] as const) {
      const report = reportOf({ contenders: ['wordlist'], truth });
      const notes = [...report.notes.slice(0, 1), '600 rows, 9 of them toxic: too few to tell.'];
      const screen = linesOf(renderText({ ...report, notes }));
      expect(screen.join('\n')).toContain('\n  Note: 600 rows, 9');
      // Below it come four lines: the answers, what they cost, a report, and what there is more.
      expect(screen.length + 4).toBeLessThanOrEqual(40);
      expect(screen.filter((line) => line.length > 80 && !/^answered /.test(line))).toEqual([]);
    }
  });

  it('fits it also where models have long names, which it cuts if they stay apart', () => {
    const long = 'mistralai/mistral-small-3.2-24b-instruct';
    const wide = (contenders: string[]) =>
      linesOf(renderText(reportOf({ contenders }))).filter(
        (line) => line.length > 80 && !/^answered /.test(line),
      );
    expect(wide([long])).toEqual([]);
    expect(wide([long, 'openai/gpt-oss-safeguard-20b-of-october'])).toEqual([]);
    const [one, other] = [`${long}-v1`, `${long}-v2`];
    expect(wide([one, other]).join()).toContain(`${one} `);
    expect(wide([one, other]).join()).toContain(`${other} `);
  });

  it('says which models cannot be told apart, by the pairs that differ', () => {
    const report = reportOf({ contenders: ['mistral-7b', 'wordlist', 'gpt-6-astra'] });
    expect(ranksOf(report)).toEqual({
      'gpt-4.1 (teacher)': 'a',
      'gpt-6-astra': 'ab',
      'mistral-7b': 'b',
      wordlist: 'c',
    });
    const last = renderText(report).split('answered\n').at(-1) ?? '';
    expect(last).toContain(
      'gpt-6-astra has the highest toxic F1 of the contenders; not told apart',
    );
    const alike = report.pairs.map((pair) => ({ ...pair, finding: 'not comparable' as const }));
    expect(Object.values(ranksOf({ ...report, pairs: alike }))).toEqual(['a', 'a', 'a', 'a']);
  });

  it('shows the slices that were asked for, and no others', () => {
    const report = reportOf({ contenders: ['wordlist'] });
    expect(renderText(report)).not.toContain('Slices');
    const asked = renderText(report, { slice: ['length'] });
    expect(asked).toContain('wordlist, length: up to 100');
    expect(asked).not.toContain('jailbreaking');
  });

  it('has the gates before the answer', () => {
    const report = reportOf({ contenders: ['wordlist'] });
    const gate = { name: 'toxic.f1 at least 0.7', model: 'wordlist', value: 0.45, limit: 0.7 };
    const result = { ...gate, passed: false, reason: 'short by 0.25', rows: [], rowCount: 0 };
    expect(renderText(report, { gates: [result] })).toContain(
      '\n\ngate FAILED  wordlist: toxic.f1 at least 0.7; short by 0.25\n\nwordlist has a toxic F1',
    );
  });

  it('has no table of a teacher whose labels are the truth', () => {
    const [first] = linesOf(renderText(reportOf({ contenders: ['mistral-7b'], truth: 'teacher' })));
    expect(first).toBe('gpt-4.1 scores: none, since its labels are the truth');
  });

  it('shows what a terminal would obey instead of sending it', () => {
    const { report } = makeReport({ contenders: HOSTILE_TEXTS, rows: 40, bootstrap: 20 });
    const model = { ...report.models[1], name: HOSTILE_TEXTS[6] ?? '' } as Report['models'][number];
    const alone = { ...report, models: [model], pairs: [] };
    for (const each of [report, alone]) {
      for (const full of [true, false])
        expect(renderText(each, { full })).not.toMatch(/[^\P{C}\n]/u);
    }
  });
});

/** The letters of the models in the ranking. */
function ranksOf(report: Report): Record<string, string> {
  const [, ranking = ''] = renderText(report).split('per 1,000 rows  answered\n');
  const lines = ranking.split('\n').filter((line) => line.startsWith('  '));
  return Object.fromEntries(
    lines.map((line) => {
      const [letters = '', name = ''] = line.trim().split(/ {2,}/);
      return [name, letters];
    }),
  );
}
