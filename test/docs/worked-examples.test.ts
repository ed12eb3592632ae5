import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import type { AnalysisContender, AnalysisInput } from '../../src/analysis/input.js';
import { formatFigure, formatNumber, formatP } from '../../src/format.js';
import { brier } from '../../src/metrics/calibration.js';
import { fisherExact } from '../../src/metrics/fisher.js';
import { onceEach, rankRows } from '../../src/metrics/ranking.js';
import { renderDetails } from '../../src/reports/text-details.js';
import { SAME_NAME } from '../../src/reports/words.js';
import { analysisInput, contender } from '../helpers/analysis.js';

const DOC = readFileSync(new URL('../../docs/reading-the-figures.md', import.meta.url), 'utf8');
const IN_ONE_LINE = DOC.replaceAll(/\s+/g, ' ');

/** The outputs that stand on the page between two passages, line by line. */
function outputsOf(from: string, to: string): string[] {
  const [, rest = ''] = DOC.split(from);
  const [example = ''] = rest.split(to);
  const blocks = example.split(/^ *```$/m).filter((_, i) => i % 2 === 1);
  return blocks.join('').split('\n').filter(Boolean);
}

/** Hits, missed rows, false alarms, and rows that are rightly passed over. */
const table = (hits: number, missed: number, alarms: number, quiet: number) => ({
  human: '1'.repeat(hits + missed) + '0'.repeat(alarms + quiet),
  said: '1'.repeat(hits) + '0'.repeat(missed) + '1'.repeat(alarms) + '0'.repeat(quiet),
});

const inputOf = (
  human: string,
  model: AnalysisContender,
  { texts, ...settings }: Partial<AnalysisInput['settings']> & { texts?: readonly string[] } = {},
) =>
  analysisInput({ human, teacher: human, ...(texts ? { texts } : {}) }, [model], {
    bootstrap: 2000,
    seed: 0,
    ...settings,
  });

const printed = (report: ReturnType<typeof analyse>) =>
  renderDetails(report).join('\n').split('\n');

describe('the example of calibration', () => {
  const GROUPS = [
    { score: 0.05, rows: 800, toxic: 80 },
    { score: 0.5, rows: 100, toxic: 40 },
    { score: 0.95, rows: 100, toxic: 80 },
  ];
  const human = GROUPS.map(({ rows, toxic }) => table(toxic, 0, 0, rows - toxic).human).join('');
  const scores = GROUPS.flatMap(({ score, rows }) => Array.from({ length: rows }, () => score));
  const said = scores.map((score) => (score >= 0.5 ? '1' : '0')).join('');
  const report = analyse(inputOf(human, contender('a model', said, { scores })));
  const figures = report.models[1]?.figures;

  it('is what its scores come to', () => {
    const lines = outputsOf('## Scores and thresholds', '\n## ');
    expect(lines).toHaveLength(6);
    // Without the column of the teacher, which gives no scores.
    const shown = printed(report).map((line) => line.replaceAll(/ +/g, ' '));
    expect(lines.filter((line) => !shown.includes(line.replaceAll(/ +/g, ' ')))).toEqual([]);
    expect(IN_ONE_LINE).toContain(`= ${formatNumber(figures?.ece?.value ?? 0, 3)}.`);
  });

  it('says what its scores stand for', () => {
    const { slope, intercept } = figures?.calibration ?? {};
    const standsFor = (score: number) => {
      const logOdds = (intercept?.value ?? 0) + (slope?.value ?? 0) * Math.log(score / (1 - score));
      return formatNumber(1 / (1 + Math.exp(-logOdds)));
    };
    expect(IN_ONE_LINE).toContain(
      `a score of 0.95 stands for ${standsFor(0.95)}, and one of 0.05 for ${standsFor(0.05)}.`,
    );
    const isToxic = Array.from(human, (code) => code === '1');
    const constant = rankRows(
      scores.map(() => 0.2),
      isToxic,
    );
    expect(IN_ONE_LINE).toContain(
      `A constant score of 0.2 would have a Brier score of ${formatNumber(brier(constant, onceEach(constant)))}.`,
    );
  });
});

describe('the example of slices', () => {
  const LANGUAGES = {
    en: table(52, 16, 14, 618),
    de: table(15, 14, 7, 164),
    fr: table(8, 3, 1, 88),
  };
  const all = Object.entries(LANGUAGES);
  const input = inputOf(
    all.map(([, { human }]) => human).join(''),
    contender('a model', all.map(([, { said }]) => said).join('')),
    { sliceColumns: ['lang'] },
  );
  const langs = all.flatMap(([lang, { human }]) => Array.from(human, () => lang));
  const report = analyse({
    ...input,
    rows: input.rows.map((row, place) => ({ ...row, lang: langs[place] })),
  });

  it('is what its rows come to', () => {
    const lines = outputsOf('## Slices', '\n## ');
    expect(lines).toHaveLength(3);
    expect(lines.filter((line) => !printed(report).includes(line))).toEqual([]);
  });

  it('states what q is made of', () => {
    const p = fisherExact({ hits: 15, rows: 36 }, { hits: 60, rows: 94 });
    expect(IN_ONE_LINE).toContain('made of 36 rows, 15 of them hits');
    expect(IN_ONE_LINE).toContain('of 94 rows, 60 of them hits');
    expect(IN_ONE_LINE).toContain(`Fisher's p is ${formatP(p)}.`);
    expect(IN_ONE_LINE).toContain(`here 3 x ${formatP(p)} = ${formatP(3 * p)},`);
    const german = report.models[1]?.slices.find(({ value }) => value === 'de');
    expect(german?.q).toBeCloseTo(3 * p, 12);
    expect(german?.worse).toBe(false);
  });
});

describe('the example of clusters', () => {
  const { human, said } = table(60, 20, 0, 920);
  const texts = Array.from(human, (_, row) => `text ${row < 80 ? Math.floor(row / 4) : row}`);
  const model = contender('a model', said);
  const repeated = analyse(inputOf(human, model, { texts }));
  const alone = analyse(inputOf(human, model));

  it('is what its rows come to', () => {
    const lines = outputsOf('- **Duplicates.**', '\n- ').map((line) => line.trim());
    expect(lines).toHaveLength(2);
    const notes = printed(repeated).map((line) => line.trim());
    expect(lines.filter((line) => !notes.includes(line))).toEqual([]);
    const [withClusters, without] = [repeated, alone].map(({ models }) => {
      const recall = models[1]?.figures.positive.recall;
      return recall && formatFigure(recall);
    });
    expect(IN_ONE_LINE).toContain(
      `Its recall is ${withClusters}; if the same rows were 80 texts, it would be ${without}.`,
    );
  });
});

describe('the example of published results', () => {
  /** A run on so many rows of the test split. */
  const run = (rows: number, tunedOn?: string) => {
    const { human, said } = table(rows / 10, 0, 0, rows - Math.floor(rows / 10));
    const threshold = tunedOn === undefined ? null : { value: 0.3, source: tunedOn };
    const input = inputOf(human, contender('a model', said, { threshold }), {
      baselines: true,
      bootstrap: 100,
    });
    return analyse({ ...input, data: { ...input.data, dataset: 'toxicchat' } });
  };
  const comparable = ({ baselines }: ReturnType<typeof run>) =>
    baselines?.filter((each) => each.comparable) ?? [];

  it('is what is printed beside a run on the whole split', () => {
    const whole = run(5083);
    const lines = outputsOf('## Published results', '\n`--report');
    expect(lines).toHaveLength(1);
    expect(lines.filter((line) => !printed(whole).includes(line))).toEqual([]);
    const twice = whole.baselines?.filter(({ name }) => name === 'ShieldGemma-2B') ?? [];
    expect(twice).toHaveLength(2);
    for (const { f1, reason } of twice) expect(IN_ONE_LINE).toContain(`with ${f1} (\`${reason}\`)`);
    expect(IN_ONE_LINE).toContain(
      `${comparable(whole).length} of ${whole.baselines?.length} results may be compared`,
    );
  });

  it('is another with a tuned threshold, and none with a sample', () => {
    const [first, ...others] = comparable(run(5083, 'other.jsonl'));
    expect(others).toEqual([]);
    const name = first?.name.replace(/, at .*/, '');
    expect(IN_ONE_LINE).toContain(`another one (${name}, F1 ${first?.f1})`);
    expect(comparable(run(1000))).toEqual([]);
  });

  it('names the results of one model', () => {
    const [f1s = ''] = /0\.704.*0\.069/.exec(SAME_NAME) ?? [];
    expect(f1s).not.toBe('');
    expect(IN_ONE_LINE).toContain(`an F1 of ${f1s} on "ToxicChat".`);
  });
});
