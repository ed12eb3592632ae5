import { describe, expect, it } from 'vitest';
import { checkGates, parseGate } from '../../src/analysis/gates.js';
import { escapeMarkdown, render } from '../../src/reports/markdown.js';
import { makeReport } from '../helpers/report.js';

describe('the Markdown report', () => {
  it('is the findings, a table, the gates and how to read them', () => {
    const input = makeReport();
    const gates = checkGates(input.report, [parseGate('toxic.f1=0.7')]);
    expect(render({ ...input, gates })).toMatchSnapshot();
  });

  it('says how many times cheaper or dearer than the teacher each contender is', () => {
    const table = render(makeReport())
      .split('\n')
      .filter((line) => line.startsWith('|'));
    expect(table.slice(2, 7).map((line) => line.split('|').at(-2)?.trim())).toEqual([
      '$3',
      '$0.0811 (37 times cheaper)',
      '$0',
      '$30 (10 times dearer)',
      'unknown',
    ]);
  });

  it('leaves the gates out where none was set', () => {
    expect(render(makeReport())).not.toContain('gate');
  });

  it('keeps names from becoming cells, lines, tags, links or mentions', () => {
    const name = '# a|b\n<img src=x onerror=y> [l](http://203.0.113.1) @all #7 `c` \u202e';
    const text = render(makeReport({ contenders: [name] }));
    const table = text.split('\n').filter((line) => line.startsWith('|'));
    const cellsOf = (line: string) => (line.match(/(?<!\\)\|/g) ?? []).length - 1;
    expect(table.slice(0, 4).map(cellsOf)).toEqual([7, 7, 7, 7]);
    // Behind it the curve of the cascade, whose title has both names.
    expect(new Set(table.slice(4).map(cellsOf))).toEqual(new Set([5]));
    expect(table.length).toBeGreaterThan(10);
    expect(text).not.toMatch(/<img|(?<!\\)\]\(|@all|#7|http:\/\/|\u202e/);
  });
});

describe('escapeMarkdown', () => {
  it('lets plain words be', () => {
    expect(escapeMarkdown('mistral-7b reaches 0.810 (0.738 to 0.882); 37 times.')).toBe(
      'mistral-7b reaches 0.810 (0.738 to 0.882); 37 times.',
    );
  });
});
