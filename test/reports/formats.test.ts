import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { evaluateProgram } from '../../src/cli/evaluate-flags.js';
import { REPORT_ENDINGS } from '../../src/reports/index.js';

const README = new URL('../../README.md', import.meta.url);

describe('the formats of reports', () => {
  it('are those that the help of --report names', () => {
    const session = {
      env: {},
      signal: new AbortController().signal,
      print: () => {},
      note: () => {},
    };
    const option = evaluateProgram(session).options.find(({ long }) => long === '--report');
    expect(option?.description.match(/\.[a-z]+/g)).toEqual(REPORT_ENDINGS);
  });

  it('are those that the README names', () => {
    const readme = readFileSync(README, 'utf8');
    const [, section = ''] = /^## Reports and gates\n(.*?)^## /ms.exec(readme) ?? [];
    expect(Array.from(section.matchAll(/`(\.[a-z]+)`/g), ([, ending]) => ending)).toEqual(
      REPORT_ENDINGS,
    );
  });
});
