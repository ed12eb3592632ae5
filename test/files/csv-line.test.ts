import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { csvLine } from '../../src/files/csv-line.js';
import { HOSTILE_TEXTS } from '../helpers/report.js';

describe('csvLine', () => {
  it.each(HOSTILE_TEXTS)('holds %j in one cell that no spreadsheet takes for a formula', (text) => {
    const [record] = parse(csvLine(['r1', text, null]), { record_delimiter: '\r\n' }) as string[][];
    expect(record).toHaveLength(3);
    expect(record?.[1]).not.toMatch(/^[=+\-@\t\r\n＝＋－＠]/);
  });

  it.each([' =1+1', '  +1', '\u00a0@SUM(1)', '\u3000＝1'])('nor one behind a blank: %j', (text) => {
    expect(csvLine([text])).toMatch(/^"?'/);
  });
});
