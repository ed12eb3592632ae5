import { execFileSync } from 'node:child_process';
import {
  accessSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'toxicity-distill-'));
const app = join(folder, 'app');
const bin = (name: string) => join(app, 'node_modules/.bin', name);

function run(file: string, args: readonly string[], cwd = app): string {
  return execFileSync(file, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The errors of TypeScript for files beside the installed package; none: an empty text. */
function compile(sources: Readonly<Record<string, string>>, options: object): string {
  const files = Object.keys(sources);
  for (const name of files) writeFileSync(join(app, name), sources[name] ?? '');
  const strict = {
    strict: true,
    noEmit: true,
    skipLibCheck: false,
    skipDefaultLibCheck: true,
    target: 'es2023',
  };
  const compilerOptions = { ...strict, ...options };
  writeFileSync(join(app, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  try {
    return run(join(root, 'node_modules/.bin/tsc'), ['--singleThreaded']);
  } catch (error) {
    return String((error as { stdout?: unknown }).stdout);
  }
}

const NODE = {
  module: 'nodenext',
  lib: ['es2023'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
};

/** It is compiled, and then run as it is: no line of it is TypeScript alone. */
const PROGRAM = `
import {
  classificationReport, collect, labelledRowSchema, openDataset, openModel, openTransport,
  readEnv, readJsonl, train,
} from 'toxicity-distill';
import { openScorer } from 'toxicity-distill/student';

const env = readEnv();
const transport = openTransport(env);
const dataset = await openDataset('sample', { env, fetch });
const model = await openModel('wordlist', { env, transport, today: '2026-11-24' });
const collected = await collect({
  dataset,
  model,
  selection: { kind: 'range', offset: 0, maxSize: 100 },
  out: 'labels.jsonl',
  concurrency: 1,
  fresh: false,
  retryUnanswered: false,
});
let rows = 0;
for await (const { value } of readJsonl('labels.jsonl', labelledRowSchema())) {
  rows += value.prediction === 'positive' ? 1 : 0;
}
console.log(rows === collected.labels.positive);
await train({
  trainFile: 'labels.jsonl', labels: 'human', studentTo: 'student.json',
});
const scorer = await openScorer('student.json');
const student = await openModel('student:student.json', { env, transport, today: '2026-11-24' });
const { signal } = new AbortController();
for await (const sample of dataset.rows()) {
  const verdict = await student.classify(sample, signal);
  const { label, score } = scorer(sample.text);
  if (verdict.outcome !== 'answered') throw new Error(verdict.outcome);
  const name = verdict.label === 'positive' ? 'toxic' : 'not toxic';
  if (name !== label || verdict.score !== score) throw new Error(sample.text);
}
await transport.close();
console.log(classificationReport(['toxic'], ['toxic'], { digits: 3 }).split('\\n')[2]);
`;

const TYPES = `
import {
  type CollectOptions, type CollectSummary, type Dataset, type DatasetOptions, type Model,
  type EvaluateCallbacks, type EvaluateOptions, type Evaluation, type ModelOptions,
  type ReportDict, type TrainOptions, type TrainSummary, evaluate,
  classificationReport, collect, openDataset, openModel, openTransport, train, UserError,
} from 'toxicity-distill';
import { openScorer, type Scorer } from 'toxicity-distill/student';

const opened: (name: string, options: DatasetOptions) => Promise<Dataset> = openDataset;
const asked: (name: string, options: ModelOptions) => Promise<Model> = openModel;
const collected: (options: CollectOptions) => Promise<CollectSummary> = collect;
const trained: (options: TrainOptions) => Promise<TrainSummary> = train;
const judged: (options: EvaluateOptions, callbacks: EvaluateCallbacks) => Promise<Evaluation> = evaluate;
const text: string = classificationReport(['toxic'], ['not toxic']);
const dict: ReportDict = classificationReport(['toxic'], ['toxic'], { outputDict: true });
const ownFetch: DatasetOptions['fetch'] = fetch;
const overTransport: typeof fetch = openTransport({}).fetch;
const scorer: Scorer = await openScorer(new URL('https://example.com/student.json'));
const label: string = scorer('text', new Float32Array(2)).label;
// @ts-expect-error: a score is a number.
const score: string = scorer('text').score;
// @ts-expect-error: a dataset has a name.
await openDataset({});
export { asked, collected, dict, judged, label, opened, ownFetch, overTransport, score, text, trained, UserError };
`;

const PAGE = `
import { openScorer, type Scorer } from 'toxicity-distill/student';
const scorer: Scorer = await openScorer('/student.json');
const { label, score } = scorer(document.title);
document.body.dataset.toxicity = \`\${label} \${score.toFixed(2)}\`;
`;

/** The program of the README's library section. */
function libraryExample(): string {
  const readme = readFileSync(join(root, 'README.md'), 'utf8');
  const [, section = ''] = readme.split('## As a library');
  const [, example = ''] = /```ts\n([\s\S]*?)```/.exec(section) ?? [];
  return example;
}

/** On Windows npm makes a script beside each command instead. */
it.skipIf(process.platform === 'win32')('the build leaves commands that npx can start', () => {
  const { bin: commands } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  expect(Object.keys(commands)).toEqual(['cascade', 'collect', 'evaluate', 'train']);
  // npx starts the file itself, and `npm test` has just built it anew.
  for (const path of Object.values<string>(commands)) {
    accessSync(join(root, path), constants.X_OK);
    expect(readFileSync(join(root, path), 'utf8')).toMatch(/^#!\/usr\/bin\/env node\n/);
  }
  expect(run(join(root, commands.train), ['--version'], root)).toMatch(/^\d/);
});

describe('the package, packed and installed', () => {
  const installed = join(app, 'node_modules/toxicity-distill');

  // npm packs the folder and installs that. The packages it depends on are there already, as links
  // to the project's: npm holds their versions against those asked for, and fetches nothing.
  beforeAll(() => {
    const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    for (const name of Object.keys(dependencies)) {
      const link = join(app, 'node_modules', name);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(root, 'node_modules', name), link, 'junction');
    }
    writeFileSync(join(app, 'package.json'), '{"type":"module"}');
    const flags = ['--install-links', '--ignore-scripts', '--omit=dev', '--offline'];
    run('npm', ['install', ...flags, '--no-audit', '--no-fund', root]);
  }, 120_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('holds what it needs, and nothing of the workshop', () => {
    const files = readdirSync(installed, { recursive: true, encoding: 'utf8' });
    expect(files).toEqual(
      expect.arrayContaining(
        ['dist/bin/collect.js', 'dist/student.js', 'data/sample.jsonl', 'LICENSE'].map(normalize),
      ),
    );
    expect(files.filter((path) => /^(src|test|outputs)\b|cache|\.env$/.test(path))).toEqual([]);
  });

  it('runs its commands', () => {
    run(bin('collect'), ['--dataset', 'sample', '--split', 'test', '--out', 'table.parquet']);
    const flags = ['--eval-file', 'table.jsonl'];
    expect(run(bin('evaluate'), flags)).toContain('Contender model (wordlist) scores');
    // Parquet is decoded in a thread, from a file of the package's own.
    const rows = ['--dataset', 'table.parquet', '--text-column', 'input', '--label-column'];
    expect(run(bin('collect'), [...rows, 'true_label', '--dry-run'])).toMatch(
      /^rows +\d\d+, of which/,
    );
  });

  it('can be imported: the whole, and the student alone', () => {
    writeFileSync(join(app, 'use.js'), PROGRAM);
    expect(run(process.execPath, ['use.js'])).toMatch(
      /^true\n +toxic +1\.000 +1\.000 +1\.000 +1\n$/,
    );
  });

  it("runs the README's library section", () => {
    const example = libraryExample();
    writeFileSync(join(app, 'example.js'), example);
    expect(run(process.execPath, ['example.js'])).toMatch(
      /^wordlist 0\.\d\d\nstudent:student 0\.\d\d\n$/,
    );
  });

  it('has types that a strict program compiles against, those of its packages included', () => {
    const sources = { 'program.ts': PROGRAM, 'types.ts': TYPES, 'example.ts': libraryExample() };
    expect(compile(sources, NODE)).toBe('');
  });

  it('has types of the student that a page compiles against, without those of Node', () => {
    const lib = ['es2023', 'dom'];
    const bundler = { module: 'esnext', moduleResolution: 'bundler', lib, types: [] };
    expect(compile({ 'page.ts': PAGE }, bundler)).toBe('');
    const options = { ...bundler, moduleResolution: 'nodenext', module: 'nodenext' };
    expect(compile({ 'page.ts': PAGE }, options)).toBe('');
  });
});
