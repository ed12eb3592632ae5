import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { originalRow, readRows, writeCsv, writeRows } from '../helpers/files.js';
import { type Answering, refusal, startModelServer } from '../helpers/model-server.js';
import { formsOf } from '../secrets/forms.js';

/** A value for each place that may hold a secret, and the variables that hold them. */
const SECRETS = {
  key: 'sk-proj-4Tq9Zw_x81LmN',
  token: 'hf_QmZ71kLpTr',
  organisation: 'org-Wx93LmQpZt',
  project: 'proj_Kk41ZzTqWm',
  header: 'H3ad&er"V+al/ue',
  password: 'hunt3rQ!',
  proxy: 'pr0xyZq',
  query: 'Sig9Zq81Lm',
  short: 'Qz7k',
} as const;
const FOREIGN_VARIABLES = {
  HF_TOKEN: SECRETS.token,
  OPENAI_ORG_ID: SECRETS.organisation,
  OPENAI_PROJECT_ID: SECRETS.project,
  OPENAI_CUSTOM_HEADERS: `X-Team: ${SECRETS.header}`,
  HF_ENDPOINT: `https://me:${SECRETS.password}@mirror.example`,
  FTP_URL: `ftp://me:${SECRETS.proxy}@files.example`,
  TOGETHER_BASE_URL: `https://gateway.example/v1?sig=${SECRETS.query}`,
};

/** Each secret in each form, with a mark by which it is found again. */
const CASES = Object.entries(SECRETS).flatMap(([name, secret]) =>
  Object.entries(formsOf(secret)).map(([form, text], i) => ({
    name: `${name}, ${form}`,
    mark: `<${name}-${i}>`,
    text,
  })),
);
/** What a server says of a case. */
const said = ({ mark, text }: (typeof CASES)[number]) => `${mark} says ${text} here`;

/** A text as a sink may write it. */
const written = (text: string) => [
  text,
  JSON.stringify(text).slice(1, -1),
  JSON.stringify(text).slice(1, -1).replaceAll('&', '\\u0026').replaceAll('<', '\\u003c'),
  text.replaceAll('"', '""'),
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
  text.replace(/[\\`*_{}[\]<>|&]/g, (character) => `\\${character}`),
];

/** The cases that a sink shows, by their names. */
const seenIn = (sink: string) =>
  CASES.filter(({ text }) => written(text).some((form) => sink.includes(form))).map(
    ({ name }) => name,
  );

/** A folder, and a server that refuses to keep quiet. */
async function setUp(answering: Answering) {
  const server = await startModelServer((request) =>
    request.text.startsWith('fine') ? 'toxic' : answering(request),
  );
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  // A run ends where 25 rows in a row fail.
  const texts = CASES.flatMap((_, i) => (i % 10 ? [`text ${i}`] : [`fine ${i}`, `text ${i}`]));
  writeCsv(join(cwd, 'data.csv'), texts);
  const secrets = {
    ...FOREIGN_VARIABLES,
    OPENAI_API_KEY: SECRETS.key,
    VLLM_API_KEY: SECRETS.short,
  };
  const collect = (env: Record<string, string>) =>
    runCli(
      'collect',
      [
        '--dataset',
        'data.csv',
        '-m',
        'openai:m',
        '--keep-going',
        '-v',
        '--ds-max-size',
        '999',
        '--concurrency',
        '1',
      ],
      {
        cwd,
        env: { OPENAI_API_KEY: 'another-key', ...env, OPENAI_BASE_URL: server.url },
      },
    );
  const read = (file: string) => readFileSync(join(cwd, 'outputs', file), 'utf8');
  return { cwd, secrets, collect, read };
}

const caseOf = (text: string) => {
  const found = CASES[Number(text.replace('text ', ''))];
  if (!found) throw new Error(`no case of ${text}`);
  return found;
};

describe('a server that echoes secrets', () => {
  it.each<[string, Answering]>([
    ['in its replies', ({ text }) => said(caseOf(text))],
    ['in its errors', ({ text }) => refusal(400, { message: said(caseOf(text)) })],
  ])('%s finds none of them in a file or on the screen', async (_, answering) => {
    const { collect, secrets, read } = await setUp(answering);
    const { stderr } = await collect(secrets);
    const unanswered = read('outputs.jsonl.unanswered.jsonl');
    for (const sink of [stderr, unanswered]) {
      expect(seenIn(sink)).toEqual([]);
      expect(CASES.filter(({ mark }) => !sink.includes(mark))).toEqual([]);
    }
  });

  it('in the names of categories finds none of them in a label', async () => {
    const answering: Answering = () => ({
      json: {
        results: [
          {
            flagged: true,
            categories: Object.fromEntries(CASES.map((each) => [said(each), true])),
            category_scores: { other: 0.9 },
          },
        ],
      },
    });
    const { cwd, secrets, read } = await setUp(answering);
    const server = await startModelServer(answering);
    onTestFinished(() => server.close());
    const { stderr } = await runCli(
      'collect',
      ['--dataset', 'data.csv', '-m', 'moderation:m', '-v', '--ds-max-size', '1'],
      { cwd, env: { ...secrets, OPENAI_BASE_URL: server.url } },
    );
    expect([seenIn(stderr), seenIn(read('outputs.jsonl'))]).toEqual([[], []]);
    expect(readRows(join(cwd, 'outputs/outputs.jsonl'))[0]?.categories).toHaveLength(CASES.length);
  });
});

describe('a report on models that are called like secrets', () => {
  const SINKS = ['html', 'md', 'xml', 'csv', 'json', 'stdout', 'stderr'] as const;
  const NAMES = Object.keys(SECRETS);
  const casesOf = (name: string) => CASES.filter(({ mark }) => mark.startsWith(`<${name}-`));

  /** Everything that evaluate writes of answers, where each model has all forms of a secret for a name. */
  async function evaluate(env: Record<string, string>) {
    const cwd = scratchFolder();
    const rows = Array.from({ length: 8 }, (_, i) =>
      originalRow(i, `text ${i}`, 'toxic', i % 2 ? 'toxic' : 'not toxic'),
    );
    writeRows(join(cwd, 'eval.jsonl'), rows);
    for (const name of NAMES) {
      const model = casesOf(name).map(({ text }) => text);
      writeRows(
        join(cwd, `${name}.jsonl`),
        rows.map((row) => ({ ...row, model: model.join(' '), provider: 'p', prompt: 'q' })),
      );
    }
    const { stdout, stderr } = await runCli(
      'evaluate',
      ['--eval-file', 'eval.jsonl', '--fail-under', 'toxic.f1=0.99'].concat(
        NAMES.flatMap((name) => ['--run', `${name}.jsonl`]),
        SINKS.slice(0, 5).flatMap((ending) => ['--report', `report.${ending}`]),
      ),
      { cwd, env },
    );
    const files = SINKS.slice(0, 5).map((end) => readFileSync(join(cwd, `report.${end}`), 'utf8'));
    return Object.fromEntries(SINKS.map((sink, i) => [sink, [...files, stdout, stderr][i] ?? '']));
  }

  it('has no form of any in any format', async () => {
    const clean = await evaluate({
      ...FOREIGN_VARIABLES,
      OPENAI_API_KEY: SECRETS.key,
      VLLM_API_KEY: SECRETS.short,
    });
    for (const sink of SINKS) expect([sink, seenIn(clean[sink] ?? '')]).toEqual([sink, []]);
    expect(JSON.parse(clean.json ?? '').models).toHaveLength(1 + NAMES.length);
    // Without the variables they are no secrets, and show where the name is printed.
    const open = await evaluate({});
    for (const sink of SINKS.filter((each) => each !== 'stderr')) {
      const seen = seenIn(open[sink] ?? '');
      const missing = NAMES.filter((name) => !seen.some((each) => each.startsWith(`${name}, `)));
      expect([sink, missing]).toEqual([sink, []]);
    }
  });
});

describe('variables of a file', () => {
  it('are secrets too, and so is the one that --api-key-env names', async () => {
    const cwd = scratchFolder();
    const server = await startModelServer(() => 'you are MineZq81 and Oth3rZq9');
    onTestFinished(() => server.close());
    writeCsv(join(cwd, 'data.csv'), ['text']);
    writeFileSync(join(cwd, 'my.env'), 'GATEWAY=MineZq81\nOTHER_TOKEN=Oth3rZq9\n');
    const given = ['--dataset', 'data.csv', '-v', '--env-file', 'my.env'];
    const { stderr } = await runCli(
      'collect',
      [...given, '-m', 'x', '--base-url', server.url, '--api-key-env', 'GATEWAY'],
      { cwd },
    );
    expect(stderr).toContain('you are [redacted] and [redacted]');
  });

  it('of an address are kept out of the error about it', async () => {
    const cwd = scratchFolder();
    writeCsv(join(cwd, 'data.csv'), ['text']);
    const given = ['--dataset', 'data.csv', '-m', 'x', '--base-url'];
    const run = (url: string) => runCli('collect', [...given, url], { cwd });
    for (const url of ['ftp://me:hunt3rQ@host/v1', 'http://127.0.0.1:1/v1?key=hunt3rQ']) {
      const { stderr } = await run(url);
      expect(stderr).toContain('[redacted]');
      expect(stderr).not.toContain('hunt3rQ');
    }
  });
});
