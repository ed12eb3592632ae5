import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { withFlags } from '../../src/cli/main.js';
import { MODEL_HELP } from '../../src/cli/options.js';
import { FILE_ENDINGS } from '../../src/datasets/endings.js';
import { DATASET_KINDS } from '../../src/datasets/kinds.js';
import { formOf, MODEL_KINDS, MODEL_NAMES } from '../../src/models/kinds.js';
import { CONTENT_SAFETY, PROVIDERS } from '../../src/models/providers.js';
import { PROMPTS } from '../../src/prompts/index.js';
import { wrap } from '../../src/text.js';
import { promptFor } from '../helpers/prompts.js';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

const README = read('README.md');

/** The cells of the Markdown table whose head begins so, row by row. */
function tableOf(markdown: string, head: string): string[][] {
  const [, body = ''] = markdown.split(`\n${head}`);
  const [table = ''] = body.split('\n\n');
  return table
    .split('\n')
    .slice(2)
    .map((line) => line.split('|').slice(1, -1));
}

/** What stands in backticks. */
const codeIn = (cell = '') => Array.from(cell.matchAll(/`([^`]+)`/g), ([, code = '']) => code);

/** Of each provider, its two variables. A key that datasets need too is among the others. */
const VARIABLES = [...PROVIDERS, CONTENT_SAFETY]
  .flatMap(({ baseUrlEnv, keyEnv }) => [baseUrlEnv, keyEnv])
  .filter((name) => name !== 'HF_TOKEN');

describe("README's table of models", () => {
  const rows = tableOf(README, '| name |');

  it('has a row for each kind, in the order of the help', () => {
    const forms = rows.map(([name]) => codeIn(name).join(', '));
    expect(forms).toEqual(MODEL_KINDS.map((kind) => withFlags(formOf(kind))));
  });

  it('names every provider that has no row of its own', () => {
    const [, described] = rows.find(([name]) => codeIn(name).includes('PROVIDER:ID')) ?? [];
    const others = PROVIDERS.map(({ name }) => name).filter(
      (name) => !MODEL_NAMES.some((form) => form.startsWith(`${name}:`)),
    );
    expect(codeIn(described)).toEqual(others);
  });

  it('names variables that are read', () => {
    const needed = rows
      .flatMap(([, , needs]) => codeIn(needs))
      .filter((code) => /^[A-Z]/.test(code));
    expect(needed.length).toBeGreaterThan(3);
    expect(needed.filter((name) => !VARIABLES.includes(name))).toEqual([]);
  });
});

it('README names the datasets', () => {
  const forms = DATASET_KINDS.map(({ form }) => form);
  expect(forms).toEqual(['toxicchat', 'sample', 'hf:OWNER/NAME[:CONFIG]', 'FILE', '-']);
  expect(README).toContain('`--dataset sample`');
  expect(README).toContain('`hf:OWNER/NAME[:CONFIG]`');
  const endings = FILE_ENDINGS.replaceAll(/\.\w+/g, '`$&`');
  expect(README.replaceAll(/\s+/g, ' ')).toContain(`${endings} file`);
});

describe("docs/models.md's list of prompts", () => {
  const rows = tableOf(read('docs/models.md'), '| prompt |');

  it('has a row for each, in their order', () => {
    expect(rows.flatMap(([name]) => codeIn(name))).toEqual(Object.keys(PROMPTS));
  });

  it('names ids that are asked so', () => {
    for (const [name, ids] of rows) {
      for (const id of codeIn(ids)) expect([promptFor(id).name], id).toEqual(codeIn(name));
    }
  });
});

describe('.env.example', () => {
  const lines = read('.env.example').split('\n');
  const OTHERS = ['HF_ENDPOINT', 'HF_TOKEN', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'];

  it("holds each provider's variables once, and no others", () => {
    const names = lines.flatMap((line) => /^(\w+)=$/.exec(line)?.[1] ?? []);
    expect(names.toSorted()).toEqual([...VARIABLES, ...OTHERS].toSorted());
  });

  it('states the addresses that are asked by default', () => {
    for (const { baseUrl, baseUrlEnv } of PROVIDERS) {
      const comment = lines[lines.indexOf(`${baseUrlEnv}=`) - 1] ?? '';
      const [, stated] = /Default: (\S+)$/.exec(comment) ?? [];
      if (stated !== undefined) expect([baseUrlEnv, stated]).toEqual([baseUrlEnv, baseUrl]);
    }
    expect(lines.filter((line) => /Default: http:\/\/localhost/.test(line)).length).toBe(4);
  });
});

describe('the lists of the help', () => {
  it('are no wider than 80 characters, and name options by their flags', () => {
    expect(MODEL_HELP.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(MODEL_HELP).toContain('  --base-url URL -m ID  ');
    for (const name of [...MODEL_NAMES, ...PROVIDERS.map((provider) => provider.name)]) {
      expect(MODEL_HELP).toContain(name);
    }
  });

  it('break between words', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('a-word-longer-than-that and more', 8)).toEqual([
      'a-word-longer-than-that',
      'and more',
    ]);
  });
});
