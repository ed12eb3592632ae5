import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { FINDINGS } from '../../src/analysis/report/comparisons.js';
import { WARNINGS } from '../../src/messages.js';
import { UNANSWERED } from '../../src/terms.js';

const root = new URL('../../', import.meta.url);
const DOC = readFileSync(new URL('docs/messages.md', root), 'utf8');

/** The codes that a section of the page explains, in their order. */
function explained(heading: string): string[] {
  const [, body = ''] = DOC.split(`\n## ${heading}\n`);
  const [section = ''] = body.split('\n## ');
  return Array.from(section.matchAll(/^### `(.*)`\n\S/gm), ([, code = '']) => code);
}

describe('docs/messages.md', () => {
  it('explains each warning, and no other', () => {
    expect(explained('Warnings')).toEqual([...WARNINGS]);
  });

  it('explains each outcome and each finding', () => {
    expect(explained('Outcomes')).toEqual(['answered', ...UNANSWERED]);
    expect(explained('Findings of a pair')).toEqual([...FINDINGS]);
  });

  it('knows no code that nothing prints', () => {
    const source = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => readFileSync(new URL(`src/${file}`, root), 'utf8'))
      .join('\n');
    const isPrinted = (code: string) => new RegExp(`coded\\(\\s*'${code}'`).test(source);
    expect(WARNINGS.filter((code) => !isPrinted(code))).toEqual([]);
  });
});
