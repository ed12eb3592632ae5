import { describe, expect, it } from 'vitest';
import { renderText } from '../../src/reports/text.js';
import { HOSTILE_TEXTS, makeReport } from '../helpers/report.js';

describe('the text report', () => {
  it('has the table of each model, and then everything else', () => {
    const { report } = makeReport({ contenders: ['mistral-7b', 'wordlist'] });
    expect(renderText(report)).toMatchSnapshot();
  });

  it('has no table of a teacher whose labels are the truth', () => {
    const { report } = makeReport({ contenders: ['mistral-7b'], truth: 'teacher', bootstrap: 20 });
    const [first] = renderText(report).split('\n');
    expect(first).toBe('gpt-4.1 scores: none, since its labels are the truth');
  });

  it('shows what a terminal would obey instead of sending it', () => {
    const { report } = makeReport({ contenders: HOSTILE_TEXTS, rows: 40, bootstrap: 20 });
    expect(renderText(report)).not.toMatch(/[^\P{C}\n]/u);
  });
});
