import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { PROVIDERS } from '../../src/models/providers.js';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { readRows, writeCsv } from '../helpers/files.js';
import { gate } from '../helpers/gate.js';
import { type Answering, completion, refusal, startModelServer } from '../helpers/model-server.js';

async function collectWith(
  answering: Answering,
  flags: string[],
  envFor: (url: string) => Record<string, string>,
) {
  const server = await startModelServer(answering);
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeCsv(join(cwd, 'data.csv'), ['one', 'two', 'three']);
  const args = ['--dataset', 'data.csv', '--concurrency', '1', '-v', ...flags];
  const result = await runCli(
    'collect',
    args.map((arg) => (arg === 'URL' ? server.url : arg)),
    {
      cwd,
      env: envFor(server.url),
    },
  );
  const rows = result.code === 0 ? readRows(join(cwd, 'outputs/outputs.jsonl')) : [];
  return { ...result, rows, requests: server.requests };
}

const openai = (url: string) => ({ OPENAI_BASE_URL: url, OPENAI_API_KEY: 'key-of-openai' });

describe.each(PROVIDERS)('$name', ({ name, baseUrlEnv, keyEnv }) => {
  it('is asked with its key at its address', async () => {
    const { code, rows, requests } = await collectWith(
      () => 'toxic',
      ['-m', `${name}:some/model`],
      (url) => ({
        [baseUrlEnv]: url,
        [keyEnv]: `key-of-${name}`,
      }),
    );
    const id = name === 'openpipe' ? 'openpipe:some/model' : 'some/model';
    expect(code).toBe(0);
    const { authorization, 'x-api-key': own } = requests[0]?.headers ?? {};
    expect(own ?? authorization).toBe(`${own ? '' : 'Bearer '}key-of-${name}`);
    expect(requests[0]?.body.model).toBe(id);
    expect(rows[0]).toMatchObject({ model: id, provider: name });
  });
});

describe('aliases', () => {
  it('gpt4 says where it leads', async () => {
    const { code, stderr, rows, requests } = await collectWith(
      () => 'toxic',
      ['-m', 'gpt4'],
      openai,
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^gpt-4-0125-preview was shut down on 2026-03-26: using \S+; pin another with openai:ID$/m,
    );
    expect(rows[0]?.model).toBe(requests[0]?.body.model);
  });

  it.each([
    ['mistral-7b', 'mistral-7b-instruct'],
    ['mixtral-8x7b', 'mixtral-8x7b-instruct'],
  ])("%s is asked by OctoAI's protocol", async (alias, id) => {
    const { requests, rows } = await collectWith(
      () => 'not toxic',
      ['-m', alias],
      (url) => ({
        OCTOAI_BASE_URL: url,
      }),
    );
    expect(requests[0]?.body).toMatchObject({ model: id, temperature: 0, max_tokens: 16 });
    expect(rows.length).toBe(3);
  });

  it('llamaguard sends one user turn and keeps the categories', async () => {
    const answers: Record<string, string> = {
      one: '\n\nsafe',
      two: 'unsafe\nO3,O5',
      three: 'well, safe',
    };
    const { requests, rows, stderr } = await collectWith(
      ({ text }) => answers[text] ?? '',
      ['-m', 'llamaguard'],
      (url) => ({ OCTOAI_BASE_URL: url }),
    );
    expect(requests[0]?.body).toMatchObject({
      model: 'llamaguard-7b',
      messages: [{ role: 'user', content: 'one' }],
    });
    expect(rows.map(({ prediction, categories }) => [prediction, categories])).toEqual([
      ['not toxic', undefined],
      ['toxic', ['O3', 'O5']],
    ]);
    expect(rows[0]?.prompt).toMatch(/^llama-guard@/);
    expect(stderr).toContain('1 unparseable');
  });
});

describe('moderation:ID', () => {
  it('is judged by a threshold on its highest category score, also on kept answers', async () => {
    const scores: Record<string, number> = { 'one TOXIC': 0.04, two: 0.01, 'three TOXIC': 0.6 };
    const server = await startModelServer(({ text }) => {
      const score = scores[text] ?? 0;
      const categories = { harassment: score > 0.5, violence: false };
      const category_scores = { harassment: score, violence: 0.001 };
      return { json: { results: [{ flagged: score > 0.5, categories, category_scores }] } };
    });
    onTestFinished(() => server.close());
    const cwd = scratchFolder();
    writeCsv(join(cwd, 'data.csv'), Object.keys(scores));
    const flags = ['-m', 'moderation:my-guard', '--base-url', server.url];
    expect((await runCli('collect', ['--dataset', 'data.csv', ...flags], { cwd })).code).toBe(0);
    /** Precision, recall, F1 and support of toxic, in the table of the contender. */
    const evaluate = async (...more: string[]) => {
      const { stdout } = await runCli('evaluate', more, { cwd });
      return stdout
        .match(/^ +toxic +([\d. ]+)$/gm)
        ?.at(-1)
        ?.trim()
        .split(/ +/)
        .slice(1)
        .join(' ');
    };

    const asked = server.requests.length;
    expect(await evaluate(...flags)).toBe('1.00 0.50 0.67 2');
    expect(await evaluate(...flags, '--threshold', '0.02')).toBe('1.00 1.00 1.00 2');
    const kept = 'outputs/outputs.jsonl';
    expect(await evaluate('--run', kept, '--threshold', '0.005')).toBe('0.67 1.00 0.80 2');
    expect(server.requests.length).toBe(asked);
    expect(readRows(join(cwd, kept)).map(({ categories }) => categories)).toEqual([
      [],
      [],
      ['harassment'],
    ]);
  });
});

describe('--base-url', () => {
  it('asks any server, with the key that is named and no other', async () => {
    const flags = ['-m', 'my-model', '--base-url', 'URL'];
    const keyed = await collectWith(
      () => 'toxic',
      [...flags, '--api-key-env', 'MY_KEY'],
      () => ({
        MY_KEY: 'key-of-mine',
        OPENAI_API_KEY: 'key-of-openai',
      }),
    );
    expect(keyed.requests[0]?.headers.authorization).toBe('Bearer key-of-mine');
    expect(keyed.rows[0]).toMatchObject({ model: 'my-model', provider: 'custom' });
    const keyless = await collectWith(
      () => 'toxic',
      flags,
      () => ({
        OPENAI_API_KEY: 'key-of-openai',
        OPENAI_ORG_ID: 'org',
        OPENAI_PROJECT_ID: 'project',
        OPENAI_CUSTOM_HEADERS: 'x-gateway: key-of-gateway\nauthorization: Bearer key-of-openai',
      }),
    );
    expect(keyless.code).toBe(0);
    expect(JSON.stringify(keyless.requests[0]?.headers)).not.toMatch(
      /key-of-openai|key-of-gateway|"org"|"project"/,
    );
  });
});

describe('a server that refuses a part of the request', () => {
  it('is given max_completion_tokens for max_tokens, and no temperature, from then on', async () => {
    const { requests, rows, stderr } = await collectWith(
      ({ body }) => {
        if ('max_tokens' in body) {
          return refusal(400, {
            message: "Unsupported parameter: 'max_tokens' is not supported with this model.",
            param: 'max_tokens',
            code: 'unsupported_parameter',
          });
        }
        if ('temperature' in body) {
          return refusal(400, {
            message: "Unsupported value: 'temperature' does not support 0 with this model.",
            param: 'temperature',
            code: 'unsupported_value',
          });
        }
        return 'toxic';
      },
      ['-m', 'vllm:m'],
      (url) => ({ VLLM_BASE_URL: url }),
    );
    expect(rows.length).toBe(3);
    expect(requests.length).toBe(5);
    expect(requests.at(-1)?.body).toMatchObject({ max_completion_tokens: 16 });
    expect(stderr).toContain('it refuses max_tokens: sending max_completion_tokens instead');
    expect(stderr).toContain('it refuses temperature: leaving it out');
  });

  it('that names the parameter in its message alone is understood too', async () => {
    const { rows } = await collectWith(
      ({ body }) =>
        'temperature' in body
          ? refusal(422, { message: 'extra field not permitted: temperature' })
          : 'toxic',
      ['-m', 'vllm:m'],
      (url) => ({ VLLM_BASE_URL: url }),
    );
    expect(rows.length).toBe(3);
  });

  it('for its system message gets the instruction in the user message', async () => {
    const { rows, requests } = await collectWith(
      ({ body }) =>
        body.messages[0]?.role === 'system'
          ? refusal(400, {
              message: 'Conversation roles must alternate user/assistant/user/assistant/...',
            })
          : 'not toxic',
      ['-m', 'vllm:m'],
      (url) => ({ VLLM_BASE_URL: url }),
    );
    expect(rows.length).toBe(3);
    expect(requests.length).toBe(4);
    expect(requests.at(-1)?.text).toMatch(/^You are a content moderator[\s\S]*\n\nthree$/);
  });

  it('for something else loses that row alone', async () => {
    const { stderr, code } = await collectWith(
      ({ text }) =>
        text === 'two'
          ? refusal(400, {
              message: 'maximum context length exceeded; reduce max_tokens',
              code: 'context_length_exceeded',
            })
          : 'toxic',
      ['-m', 'vllm:m'],
      (url) => ({ VLLM_BASE_URL: url }),
    );
    expect(code).toBe(0);
    expect(stderr).toContain('labelled    2 of 3 rows');
    expect(stderr).toContain('1 failed');
  });
});

describe('a reasoning model', () => {
  it('gets room for all the rows that were in flight when it was found out', async () => {
    const { opened, open } = gate();
    let asked = 0;
    const { rows, requests } = await collectWith(
      async ({ body }) => {
        asked += 1;
        if (asked === 3) open(); // All three are in flight now.
        await opened;
        return (body.max_tokens as number) < 1000
          ? { json: completion('', { finish_reason: 'length', reasoning: 'hm' }) }
          : 'toxic';
      },
      ['-m', 'vllm:m', '--concurrency', '3'],
      (url) => ({ VLLM_BASE_URL: url }),
    );
    expect(rows.length).toBe(3);
    expect(requests.length).toBe(6);
    // Both requests of a row are paid for, so both are counted.
    expect(rows[0]?.usage).toEqual({ prompt_tokens: 200, completion_tokens: 6 });
  });

  it('known by its name has room to think from the start', async () => {
    const { requests } = await collectWith(() => 'toxic', ['-m', 'openai:gpt-6-sol'], openai);
    expect(requests[0]?.body.max_completion_tokens).toBe(4096);
  });

  it('found out by its thinking gets room, and its row is asked again', async () => {
    const { requests, rows } = await collectWith(
      ({ body }) =>
        (body.max_tokens as number) < 1000
          ? { json: completion('', { finish_reason: 'length', reasoning_content: 'Let me see' }) }
          : { json: completion('<think>an insult?</think>\n\ntoxic') },
      ['-m', 'vllm:qwen3'],
      (url) => ({ VLLM_BASE_URL: url }),
    );
    expect(rows.map(({ prediction }) => prediction)).toEqual(['toxic', 'toxic', 'toxic']);
    expect(requests.length).toBe(4);
  });
});
