import { parseHTML } from 'linkedom';
import { expect, it } from 'vitest';
import type { Report } from '../../src/analysis/report/report.js';
import { mostInstructive, ROWS_LISTED } from '../../src/reports/html/instructive.js';
import { render } from '../../src/reports/html/page.js';
import { makeReport } from '../helpers/report.js';

const input = makeReport();
const [name = ''] = input.report.models.flatMap(({ name, role }) =>
  role === 'contender' ? [name] : [],
);

/** A report of rows with a truth, what one model said of each, and how sure it was. */
function reportOf(rows: readonly (readonly [truth: string, said: string, score?: number])[]) {
  const disagreements = rows.map(([, , score], row) => ({
    row,
    index: row,
    input: `text ${row}`,
    human: null,
    teacher: null,
    said: {},
    scores: score === undefined ? {} : { [name]: score },
  }));
  const coded = {
    ...input.report.rows,
    truth: rows.map(([truth]) => truth).join(''),
    said: { [name]: rows.map(([, said]) => said).join('') },
  };
  return { ...input.report, disagreements, rows: coded } as Report;
}

it('lists the clearest mistakes of each kind in turn, in the order of the file', () => {
  const report = reportOf([
    ['1', '0', 0.4],
    ['0', '1', 0.6],
    ['1', '0', 0.1],
    ['0', '1', 0.9],
    ['0', 'r'],
    ['1', '1', 0.9],
    ['?', '1', 0.99],
  ]);
  const rowsOf = (most: number) => mostInstructive(report, most).map(({ row }) => row);
  expect(rowsOf(7)).toEqual([0, 1, 2, 3, 4, 5, 6]);
  expect(rowsOf(3)).toEqual([2, 3, 4]);
  expect(rowsOf(4)).toEqual([0, 2, 3, 4]);
  expect(rowsOf(6)).toEqual([0, 1, 2, 3, 4, 5]);
});

it('says on the page that the others are in the CSV report', () => {
  const rows = Array.from({ length: 2_100 }, (_, row) => ['1', '0', row / 2_100] as const);
  const pageOf = (shown: typeof rows) =>
    parseHTML(render({ ...input, report: reportOf(shown) })).document;
  const many = pageOf(rows);
  const data = JSON.parse(many.querySelector('#row-data')?.textContent ?? '');
  expect(data.rows).toHaveLength(ROWS_LISTED);
  expect(many.querySelector('#disagreements .note')?.textContent).toBe(
    'Listed are the 2,000 most instructive of them: the clearest misses and false alarms of each model, and rows without a label. The CSV report has every row.',
  );
  expect(pageOf(rows.slice(0, 10)).body.textContent.includes('most instructive')).toBe(false);
});
