import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { isPositive, writeCsv } from '../helpers/files.js';
import { type Answering, startModelServer } from '../helpers/model-server.js';

const byText: Answering = ({ text }) => (isPositive(text) ? 'toxic' : 'not toxic');

/** A folder with so many rows, every third toxic, and a server for whatever is configured. */
async function setUp({ rows = 12, isLabelled = true } = {}) {
  const server = await startModelServer(byText);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  const texts = Array.from({ length: rows }, (_, i) => `text ${i}${i % 3 === 0 ? ' TOXIC' : ''}`);
  if (isLabelled) writeCsv(join(cwd, 'data.csv'), texts);
  else writeFileSync(join(cwd, 'data.csv'), `text\n${texts.join('\n')}\n`);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const small = { VLLM_BASE_URL: server.url };
  return { cwd, env, small };
}

type Place = { readonly cwd: string; readonly env: Record<string, string> };

/** What collect names as the next command, and what comes of it. */
async function follow(place: Place, ...flags: string[]) {
  const given = ['--dataset', 'data.csv', '--ds-max-size', '100', '-m', 'openai:teacher'];
  const { stderr } = await runCli('collect', [...given, ...flags], place);
  const [, next = ''] = /^next {8}(.*)$/m.exec(stderr) ?? [];
  const [command, ...args] = next.split(' ');
  if (command !== 'train' && command !== 'evaluate') throw new Error(`no command: ${next}`);
  return { next, ...(await runCli(command, args, place)) };
}

describe('the command after collect', () => {
  it('asks the small model where a server of it is configured', async () => {
    const { cwd, env, small } = await setUp();
    const { next, code } = await follow({ cwd, env: { ...env, ...small } });
    expect(next).toBe('evaluate -m mistral-7b --eval-file outputs/outputs.jsonl');
    expect(code).toBe(0);
  });

  it('trains a student where there is none, and rows enough', async () => {
    const { cwd, env } = await setUp({ rows: 60 });
    const { next, code } = await follow({ cwd, env });
    expect(next).toBe('train --train-file outputs/outputs.jsonl --student outputs/student.json');
    expect(code).toBe(0);
  });

  it('judges by a test split what there is: a student, or the word list', async () => {
    const { cwd, env } = await setUp();
    const rows = ['--dataset', 'sample', '--split', 'test'];
    const without = await follow({ cwd, env }, ...rows);
    expect(without.next).toBe('evaluate -m wordlist --eval-file outputs/outputs.jsonl');
    expect(without.code).toBe(0);
    const examples = ['--train-file', 'outputs/outputs.jsonl', '--test-fraction', '0'];
    const student = ['--student', 'outputs/student.json', '--labels', 'human'];
    expect((await runCli('train', [...examples, ...student], { cwd })).code).toBe(0);
    expect((await follow({ cwd, env }, ...rows)).next).toBe(
      'evaluate -m student:outputs/student.json --eval-file outputs/outputs.jsonl',
    );
  });

  it('does not judge a model by its own labels', async () => {
    const { cwd, env, small } = await setUp();
    const place = { cwd, env: { ...env, ...small } };
    expect((await follow(place, '-m', 'mistral-7b')).next).not.toContain('mistral');
  });

  it('does not judge the word list by its own labels either', async () => {
    const { cwd, env } = await setUp({ isLabelled: false });
    const rows = Array.from({ length: 12 }, (_, i) => `you ${i % 2 ? 'bitch' : 'bird'} ${i},test`);
    writeFileSync(join(cwd, 'data.csv'), `text,split\n${rows.join('\n')}\n`);
    const { next } = await follow({ cwd, env }, '-m', 'wordlist', '--split', 'test');
    expect(next).toBe('train --train-file outputs/outputs.jsonl --student outputs/student.json');
  });

  it("takes the teacher's labels for the truth where people gave none, also when it is resumed", async () => {
    const { cwd, env, small } = await setUp({ isLabelled: false });
    const place = { cwd, env: { ...env, ...small } };
    for (const _ of ['the first run', 'a second']) {
      const { next, code } = await follow(place);
      expect(next).toBe(
        'evaluate -m mistral-7b --eval-file outputs/outputs.jsonl --true-labels teacher',
      );
      expect(code).toBe(0);
    }
  });
});
