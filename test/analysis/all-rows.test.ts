import { describe, expect, it } from 'vitest';
import { analyse } from '../../src/analysis/analyse.js';
import type { AnalysisInput, HumanSample } from '../../src/analysis/input.js';
import { reportSchema } from '../../src/analysis/report/report.js';
import { renderAllRows } from '../../src/reports/all-rows.js';
import { render as renderMarkdown } from '../../src/reports/markdown.js';
import { verdictsIn } from '../../src/rows/verdicts-builder.js';
import { analysisInput, contender } from '../helpers/analysis.js';

/** Twelve rows of each kind below, of which people labelled the first four. */
const KINDS = [
  { human: '1110', teacher: '1', said: '1' },
  { human: '1000', teacher: '0', said: '1' },
  { human: '1100', teacher: '1', said: '0' },
  { human: '0000', teacher: '0', said: '0' },
  { human: '1110', teacher: '1', said: 'r' },
  { human: '0000', teacher: '0', said: 'x' },
] as const;
const EACH = 12;

const codes = {
  human: KINDS.map(({ human }) => human.padEnd(EACH, '?')).join(''),
  teacher: KINDS.map(({ teacher }) => teacher.repeat(EACH)).join(''),
};
const small = () => contender('small', KINDS.map(({ said }) => said.repeat(EACH)).join(''));

const uniform: HumanSample = {
  kind: 'uniform',
  strata: Array.from(codes.human, () => 'all'),
  blank: 0,
};

function allRowsOf(
  onUnanswered: AnalysisInput['settings']['onUnanswered'],
  contenders = [small()],
) {
  const input = analysisInput(codes, contenders, { onUnanswered });
  return analyse({ ...input, humanSample: uniform }).models.map(({ all_rows }) => all_rows);
}

describe('figures for all rows', () => {
  // By hand, of each kind: 12 rows, of which positive 9, 3, 6, 0 and, unanswered, 9 and 0.
  it.each([
    ['exclude', { labelled: 16, rows: 48, called: 24, found: 12, positive: 18 }],
    ['wrong', { labelled: 24, rows: 72, called: 24 + 15, found: 12, positive: 27 }],
    ['positive', { labelled: 24, rows: 72, called: 48, found: 21, positive: 27 }],
    ['negative', { labelled: 24, rows: 72, called: 24, found: 12, positive: 27 }],
  ] as const)('count unanswered rows as --on-unanswered %s has it', (policy, wanted) => {
    const { labelled, rows, called, found, positive } = wanted;
    const all = allRowsOf(policy)[1];
    expect(all).toMatchObject({ labelled, rows });
    expect(all?.precision.value).toBeCloseTo(found / called, 12);
    expect(all?.recall.value).toBeCloseTo(found / positive, 12);
    expect(all?.f1.value).toBeCloseTo((2 * found) / (called + positive), 12);
  });

  it('of the teacher are of every row, whatever the contender answered', () => {
    const [teacher] = allRowsOf('exclude');
    expect(teacher).toMatchObject({ labelled: 24, rows: 72 });
    expect(teacher?.recall.value).toBeCloseTo(24 / 27, 12);
    expect(teacher?.precision.value).toBeCloseTo(24 / 36, 12);
  });

  it('of the teacher take one contender for help, and of several none', () => {
    const [besideOne] = allRowsOf('exclude');
    const [besideTwo] = allRowsOf('exclude', [small(), { ...small(), name: 'other' }]);
    expect(besideTwo?.f1.value).toBeCloseTo(besideOne?.f1.value ?? 0, 12);
    expect(besideTwo?.f1.low).not.toBe(besideOne?.f1.low);
  });

  it('leave out rows that were not asked', () => {
    const codesOf = KINDS.map(({ said }, i) => (i === 0 ? '-' : said).repeat(EACH)).join('');
    expect(allRowsOf('exclude', [contender('small', codesOf)])[1]).toMatchObject({
      labelled: 12,
      rows: 36,
    });
  });

  it('count a row that stands in the file twice once', () => {
    const input = analysisInput(codes, [small()]);
    const verdicts = [...verdictsIn(small().verdicts)];
    const twice = { ...input, rows: [...input.rows, ...input.rows] };
    const doubled = {
      ...twice,
      contenders: [{ ...small(), verdicts: [...verdicts, ...verdicts] }],
      humanSample: { ...uniform, strata: [...uniform.strata, ...uniform.strata] },
    };
    const once = analyse({ ...input, humanSample: uniform }).models[1]?.all_rows;
    expect(analyse(doubled).models[1]?.all_rows?.f1).toEqual(once?.f1);
  });

  it('are none where the truth is the teacher, and where it is not known how rows were drawn', () => {
    const input = analysisInput(codes, [small()]);
    const teacher = { ...input, settings: { ...input.settings, truth: 'teacher' as const } };
    for (const report of [analyse(input), analyse({ ...teacher, humanSample: uniform })]) {
      expect(report.models.map(({ all_rows }) => all_rows)).toEqual([null, null]);
    }
  });

  it('are read back from a report, and may be absent from an older one', () => {
    const report = analyse({ ...analysisInput(codes, [small()]), humanSample: uniform });
    expect(reportSchema.parse(JSON.parse(JSON.stringify(report)))).toEqual(report);
    const older = { ...report, models: report.models.map(({ all_rows, ...rest }) => rest) };
    expect(reportSchema.safeParse(older).success).toBe(true);
    expect(renderAllRows(older)).toBe('');
  });

  it('stand in the terminal within 80 columns, and in Markdown', () => {
    const input = analysisInput(codes, [small()]);
    const report = analyse({ ...input, humanSample: uniform });
    const lines = renderAllRows(report).split('\n');
    expect(lines[0]).toBe('All rows, by the human labels of a part of them (95% intervals)');
    expect(lines.slice(2).map((line) => line.trim().split(/ {2,}/)[0])).toEqual([
      'gpt-4',
      '24 of 72 rows',
      'small',
      '16 of 48 rows',
      '',
    ]);
    const whole = analyse({
      ...analysisInput(codes, [small()], { onUnanswered: 'wrong' }),
      humanSample: uniform,
    });
    const [title, ...rest] = renderAllRows(whole).split('\n');
    expect(title).toBe('All 72 rows, by the human labels of 24 of them (95% intervals)');
    expect(rest).toHaveLength(4);
    expect([...lines, ...rest].filter((line) => line.length > 80)).toEqual([]);
    const markdown = renderMarkdown({ report, rows: input.rows, verdicts: new Map() });
    expect(markdown).toMatch(
      /\| model \| labelled \| of rows \|[^\n]*\n[^\n]*\n[^\n]*\n\| small \| /,
    );
  });
});
