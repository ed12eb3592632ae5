import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scratchFolder } from './helpers/cli.js';

const root = fileURLToPath(new URL('..', import.meta.url));

function run(file: string, args: string[], cwd: string): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

describe('the packed tarball', () => {
  it('runs, and can be imported, where it is installed', () => {
    const folder = scratchFolder();
    const packed = JSON.parse(
      run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], root),
    ) as { filename: string; files: { path: string }[] }[];
    const files = packed[0]?.files.map(({ path }) => path) ?? [];
    expect(files).toEqual(
      expect.arrayContaining(['dist/bin/collect.js', 'data/sample.jsonl', 'LICENSE']),
    );
    expect(files.filter((path) => /^(src|test|outputs)\/|cache|\.env$/.test(path))).toEqual([]);

    const app = join(folder, 'app');
    run('mkdir', [app], folder);
    writeFileSync(join(app, 'package.json'), '{"type":"module"}');
    const tarball = join(folder, packed[0]?.filename ?? '');
    run(
      'npm',
      ['install', '--omit=dev', '--no-audit', '--no-fund', '--prefer-offline', tarball],
      app,
    );

    const bin = (name: string) => join(app, 'node_modules/.bin', name);
    run(bin('collect'), ['--dataset', 'sample', '--split', 'test'], app);
    expect(run(bin('evaluate'), [], app)).toContain('Contender model (wordlist) scores');
    writeFileSync(
      join(app, 'use.js'),
      `import { classificationReport, collect, evaluate, labelledRowSchema, openDataset, readJsonl } from 'toxicity-distill';
       const dataset = await openDataset('sample', { env: {}, fetch });
       let rows = 0;
       for await (const _ of dataset.rows()) rows += 1;
       for await (const _ of readJsonl('outputs/outputs.jsonl', labelledRowSchema)) rows += 1;
       console.log(rows, typeof collect, typeof evaluate);
       console.log(classificationReport(['toxic'], ['toxic']).length);`,
    );
    expect(run(process.execPath, ['use.js'], app)).toMatch(/^170 function function\n\d+\n$/);
  }, 120_000);
});
