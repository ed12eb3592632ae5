import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { isLabel, saidOf } from '../../src/analysis/row-codes.js';
import { render } from '../../src/reports/csv.js';
import { type RowLabel, TOXICITY_LABELS } from '../../src/terms.js';
import { HOSTILE_TEXTS, makeReport } from '../helpers/report.js';

const input = makeReport();
const text = render(input);
const records: Record<string, string>[] = parse(text, { columns: true });

const named = (label: RowLabel | null | undefined) => (label ? TOXICITY_LABELS[label] : '');

describe('the CSV report', () => {
  it('has a line for each prediction', () => {
    expect(text.slice(0, text.indexOf('\r\n'))).toBe(
      'model,role,index,input,human,teacher,truth,said,outcome,score',
    );
    expect(records).toHaveLength(5 * input.rows.length);
    expect(records.filter(({ role }) => role === 'teacher')).toHaveLength(input.rows.length);
  });

  it('reads back as the predictions it was made of', () => {
    const own = records.filter(({ model }) => model === 'mistral-7b');
    own.forEach((record, row) => {
      const said = saidOf(input.report.rows.said['mistral-7b']?.[row]);
      const answered = isLabel(said);
      const verdict = input.verdicts.get('mistral-7b')?.at(row);
      expect(record).toMatchObject({
        index: String(input.rows.at(row)?.ds_original_idx),
        human: named(input.rows.at(row)?.true_label),
        teacher: named(input.rows.at(row)?.prediction),
        said: isLabel(said) ? named(said) : '',
        outcome: answered ? 'answered' : said,
        score: answered && verdict?.outcome === 'answered' ? String(verdict.score) : '',
      });
    });
  });

  it('keeps line breaks, quotes and commas of a text', () => {
    const place = HOSTILE_TEXTS.findIndex((hostile) => hostile.startsWith('pipes'));
    expect(records[place]?.input).toBe(HOSTILE_TEXTS[place]);
  });

  it('leaves no cell that a spreadsheet takes for a formula', () => {
    const cells = records.flatMap((record) => Object.values(record));
    expect(cells.filter((cell) => /^[=+\-@\t\r\n]/.test(cell))).toEqual([]);
    const defused = records
      .slice(0, HOSTILE_TEXTS.length)
      .filter(({ input }) => input?.[0] === "'");
    expect(defused.map(({ input }) => input?.slice(1))).toEqual(
      HOSTILE_TEXTS.filter((hostile) => /^[=+\-@\t\r]/.test(hostile)),
    );
  });

  it('shows control characters, lone surrogates and direction marks instead of holding them', () => {
    expect(text).not.toMatch(/[^\P{C}\t\r\n]/u);
    expect(text).toContain('escape \\x1b[31mred\\x1b[0m \\x9b2J and a bell \\x07');
    expect(text).toContain('a NUL \\x00 a lone \\ud800 surrogate \\udc00 backwards');
  });

  it('has the columns that came along, and no two of one name', () => {
    const made = makeReport({ contenders: ['wordlist'], rows: 3 });
    const rows = Array.from(made.rows, (row, i) => ({ ...row, columns: { id: i, model: '=T4' } }));
    const lines = parse(render({ ...made, rows }), { columns: true }) as object[];
    expect(lines.at(-1)).toMatchObject({ model: 'wordlist', id: '2', 'columns.model': "'=T4" });
  });

  it('defuses a model name too', () => {
    expect(render(makeReport({ contenders: ['=1+1'], rows: 3 }))).toContain("\r\n'=1+1,contender");
  });
});
