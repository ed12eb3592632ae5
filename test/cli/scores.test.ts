import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { isPositive, readRows, writeCsv } from '../helpers/files.js';
import { type Answering, completion, refusal, startModelServer } from '../helpers/model-server.js';

async function setUp(answering: Answering) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeCsv(join(cwd, 'data.csv'), ['one TOXIC', 'two', 'three TOXIC', 'four']);
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const collect = (...args: string[]) =>
    runCli('collect', ['--dataset', 'data.csv', '--concurrency', '1', ...args], { cwd, env });
  const evaluate = (...args: string[]) => runCli('evaluate', args, { cwd, env });
  return {
    server,
    cwd,
    collect,
    evaluate,
    rows: () => readRows(join(cwd, 'outputs/outputs.jsonl')),
  };
}

/** `toxic` at 3 to 1, or `not toxic` at 4 to 1. */
const withLogprobs: Answering = ({ text }) => {
  const [said, share] = isPositive(text) ? ['toxic', 0.75] : ['not', 0.2];
  const top_logprobs = [
    { token: 'toxic', logprob: Math.log(share as number) },
    { token: 'not', logprob: Math.log(1 - (share as number)) },
  ];
  const content = [{ token: said, logprob: 0, top_logprobs }];
  if (said === 'not') content.push({ token: ' toxic', logprob: 0, top_logprobs: [] });
  return { json: completion(said === 'not' ? 'not toxic' : 'toxic', { logprobs: { content } }) };
};

describe('scores from logprobs', () => {
  it('are asked for, and kept on the row', async () => {
    const { collect, rows, server } = await setUp(withLogprobs);
    expect((await collect('-m', 'openai:teacher')).code).toBe(0);
    expect(server.requests[0]?.body).toMatchObject({ logprobs: true, top_logprobs: 5 });
    const scores = rows().map(({ score }) => Math.round((score as number) * 100) / 100);
    expect(scores).toEqual([0.75, 0.2, 0.75, 0.2]);
  });

  it('have no interval without resamples, beside shares that have one', async () => {
    const { collect, evaluate } = await setUp(withLogprobs);
    await collect('-m', 'openai:teacher');
    const files = ['-m', 'openai:small', '--full', '--prevalence', '0.1'];
    const { code, stdout } = await evaluate(...files, '--bootstrap', '0');
    expect(code).toBe(0);
    expect(stdout).toMatch(/MCC +\d\.\d\d +/);
    expect(stdout).not.toMatch(/MCC +\d\.\d\d \[/);
    expect(stdout).toMatch(/toxic recall +\d\.\d\d \[/);
    const few = await evaluate(...files, '--bootstrap', '99');
    expect([few.code, few.stderr.includes('It must be a whole number from 100 up')]).toEqual([
      2,
      true,
    ]);
  });

  it('rank the rows in the report, and take a threshold', async () => {
    const { collect, evaluate } = await setUp(withLogprobs);
    await collect('-m', 'openai:teacher');
    const { stdout } = await evaluate('-m', 'openai:small', '--full');
    expect(stdout).toMatch(/AUPRC +1\.00/);
    expect(stdout).toMatch(/Brier +0\.05/);
    const strict = await evaluate('-m', 'openai:small', '--threshold', '0.8');
    expect(strict.stdout).toContain('toxic from a score of 0.8000 (set by the user)');
    expect(strict.stdout).toContain('small: It called no row toxic.');
  });

  it('are done without where a server refuses them, and with one request more', async () => {
    const { collect, rows, server } = await setUp(({ body, text }) =>
      'logprobs' in body
        ? refusal(400, { message: 'logprobs is not supported with this model', param: 'logprobs' })
        : isPositive(text)
          ? 'toxic'
          : 'not toxic',
    );
    const { code, stderr } = await collect('-m', 'openai:teacher', '-v');
    expect(code).toBe(0);
    expect(stderr).toContain('it refuses logprobs: there are no scores');
    expect(server.requests.length).toBe(5);
    expect('top_logprobs' in (server.requests.at(-1)?.body ?? {})).toBe(false);
    expect(rows().every((row) => !('score' in row))).toBe(true);
  });

  it.each([
    [['-m', 'openai:gpt-6-luna'], false],
    [['-m', 'openai:gpt-6-luna', '--logprobs'], true],
    [['-m', 'openai:teacher', '--no-logprobs'], false],
    [['-m', 'openai:teacher', '--prompt', 'llama-guard'], true],
  ])('%j asks for them: %s', async (flags, expected) => {
    const { collect, server } = await setUp(() => 'toxic');
    await collect(...flags);
    expect('logprobs' in (server.requests[0]?.body ?? {})).toBe(expected);
  });
});

describe('--prompt', () => {
  it('asks with the prompt that is named', async () => {
    const { collect, rows, server } = await setUp(() => 'unsafe\nS1');
    await collect('-m', 'openai:my-tuned-guard', '--prompt', 'llama-guard');
    expect(server.requests[0]?.body.messages).toEqual([{ role: 'user', content: 'one TOXIC' }]);
    expect(rows()[0]).toMatchObject({ prediction: 'toxic', categories: ['S1'] });
  });

  it('that is unknown is refused with the list', async () => {
    const { collect } = await setUp(() => 'toxic');
    const { code, stderr } = await collect('-m', 'openai:x', '--prompt', 'llama');
    expect(code).toBe(2);
    expect(stderr).toContain('Allowed choices are moderator, llama-guard');
  });
});

describe('moderation:ID', () => {
  const moderation: Answering = ({ text }) => ({
    json: {
      id: 'modr-1',
      model: 'omni-moderation-latest',
      results: [
        {
          flagged: isPositive(text),
          categories: { harassment: isPositive(text), violence: false },
          category_scores: { harassment: isPositive(text) ? 0.9 : 0.1, violence: 0.05 },
        },
      ],
    },
  });

  it("asks OpenAI's moderation endpoint, with its scores and categories", async () => {
    const { collect, evaluate, rows, server } = await setUp(moderation);
    const { code, stderr } = await collect('-m', 'moderation:omni-moderation-latest');
    expect(code).toBe(0);
    expect(server.requests[0]?.path).toBe('/v1/moderations');
    expect(server.requests[0]?.body).toMatchObject({
      model: 'omni-moderation-latest',
      input: 'one TOXIC',
    });
    expect(rows()[0]).toMatchObject({
      prediction: 'toxic',
      provider: 'openai',
      prompt: 'moderation',
      cost_usd: 0,
      score: 0.9,
      categories: ['harassment'],
    });
    expect(stderr).toContain('cost        $0: free of charge');
    const { stdout } = await evaluate('-m', 'moderation:omni-moderation-latest', '--full');
    expect(stdout).toMatch(/AUPRC/);
  });

  it('stops where the key is refused, and tries again what may pass', async () => {
    const { collect } = await setUp((request) =>
      request.attempt === 1
        ? refusal(500, { message: 'oops' }, { 'retry-after-ms': '1' })
        : moderation(request),
    );
    expect((await collect('-m', 'moderation:omni-moderation-latest')).code).toBe(0);
    const refused = await setUp(() => refusal(401, { message: 'no' }));
    const { code, stderr } = await refused.collect('-m', 'moderation:omni-moderation-latest');
    expect(code).toBe(3);
    expect(stderr).toContain('openai refuses the key');
  });
});
