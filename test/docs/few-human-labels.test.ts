import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawAudit, EXPECTED_POSITIVE } from '../../src/labels/draw-audit.js';
import { f1Interval } from '../../src/metrics/intervals.js';
import { postStratified } from '../../src/metrics/post-stratified.js';
import { combineParts, expectedCounts, LABEL_WORTH } from '../../src/metrics/unequal-draws.js';
import type { RowLabel } from '../../src/terms.js';
import { labelledRow, rowTable, verdicts } from '../helpers/analysis.js';

const DOC = readFileSync(new URL('../../docs/few-human-labels.md', import.meta.url), 'utf8');

/** The cells of the Markdown table with that head. */
function tableOf(head: string): string[][] {
  const [, body = ''] = DOC.split(`\n${head}\n`);
  const [table = ''] = body.split('\n\n');
  const lines = table.split('\n').slice(1);
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

const labelNamed = (name = ''): RowLabel => (name === 'toxic' ? 'positive' : 'negative');

const CELLS = tableOf('| contender | teacher | rows | drawn | toxic by people |').map(
  ([contender, teacher, rows, drawn, toxic]) => ({
    contender: labelNamed(contender),
    teacher: labelNamed(teacher),
    rows: Number(rows),
    drawn: Number(drawn),
    positive: Number(toxic),
  }),
);

const strata = combineParts(
  CELLS.map(({ contender, teacher, rows, drawn, positive }) => ({
    stratum: `${contender}/${teacher}`,
    called: contender === 'positive',
    probability: drawn / rows,
    rows,
    labelled: drawn,
    positive,
  })),
  LABEL_WORTH.drawn,
);
const found = postStratified(strata, { draws: 2000, confidence: 0.95, seed: 0 });

const ends = (interval?: { low: number; high: number } | null) =>
  `[${interval?.low.toFixed(2)}, ${interval?.high.toFixed(2)}]`;

describe('the example of docs/few-human-labels.md', () => {
  it('allots the labels as an audit does', () => {
    const rows = CELLS.flatMap(({ teacher, rows: count }) =>
      Array.from({ length: count }, () => labelledRow({ prediction: teacher })),
    ).map((row, index) => ({ ...row, ds_original_idx: index }));
    const said = CELLS.map(({ contender, rows: count }) =>
      (contender === 'positive' ? '1' : '0').repeat(count),
    );
    const { cells, sheet } = drawAudit({ rows: rowTable(rows) }, verdicts(said.join('')), {
      labels: 300,
      seed: 0,
      unansweredIsPositive: false,
    });
    expect(cells).toMatchObject(
      CELLS.map(({ contender, teacher, rows: count, drawn }) => ({
        contender,
        teacher,
        rows: count,
        drawn,
      })),
    );
    expect(sheet).toHaveLength(300);
  });

  it('has the figures that follow from the labels', () => {
    const wanted = (['precision', 'recall', 'f1'] as const).map((name) => [
      name === 'f1' ? 'F1' : name,
      `${found?.[name]?.value.toFixed(2)} ${ends(found?.[name]?.interval)}`,
    ]);
    expect(tableOf('| figure | all rows |')).toEqual(wanted);
    const { tp, fp, fn } = expectedCounts(strata);
    expect(DOC).toContain(`= ${tp.toFixed(1)}\n`);
    expect(DOC).toContain(`= ${fn.toFixed(1)}.`);
    const uniform = f1Interval(tp * 0.06, fp * 0.06, fn * 0.06, 0.95);
    const width = ({ low, high } = { low: 0, high: 1 }) => high - low;
    const ratio = width(found?.f1?.interval) / width(uniform ?? undefined);
    expect(DOC).toContain(`an F1 interval of ${ends(uniform)}: the audit's has\n`);
    expect(DOC).toContain(`\n${ratio.toFixed(2)} of its width`);
  });

  it('has the figures of the labelled rows alone', () => {
    const sum = (of: (cell: (typeof CELLS)[number]) => number) =>
      CELLS.reduce((total, cell) => total + of(cell), 0);
    const hits = sum(({ contender, positive }) => (contender === 'positive' ? positive : 0));
    const called = sum(({ contender, drawn }) => (contender === 'positive' ? drawn : 0));
    const toxic = sum((cell) => cell.positive);
    expect(DOC).toContain(`precision of ${hits}/${called} = ${(hits / called).toFixed(2)}`);
    expect(DOC).toContain(`recall of ${hits}/${toxic} = ${(hits / toxic).toFixed(2)}`);
  });

  it('states what is expected and what a label counts for', () => {
    const plain = (share: number) => String(share).replace(/^0/, '');
    const { positive, unanswered } = EXPECTED_POSITIVE;
    expect(EXPECTED_POSITIVE.negative.positive).toBe(positive.negative);
    const text = DOC.replaceAll('\n', ' ');
    expect(text).toContain(`is ${plain(positive.positive)} where both call it toxic`);
    expect(text).toContain(`${plain(positive.negative)} where one does`);
    expect(text).toContain(`${plain(EXPECTED_POSITIVE.negative.negative)} where neither does`);
    expect(text).toContain(`${plain(unanswered.positive)} or ${plain(unanswered.negative)} by`);
    expect(text).toContain(`counts for ${plain(LABEL_WORTH.drawn)} of one`);
    expect(text).toContain(`(${plain(Number((LABEL_WORTH.drawn ** 2).toFixed(2)))} where`);
  });
});
