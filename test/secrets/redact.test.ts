import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  forgetSecrets,
  keepSecrets,
  redact,
  redactJson,
  redactMarkup,
  rowToJson,
} from '../../src/secrets/redact.js';
import { secretsInAddress, secretsOf } from '../../src/secrets/values.js';
import { cpuTime } from '../helpers/cpu.js';
import { formsOf } from './forms.js';

const SECRETS = [
  'sk-proj-4Tq9-Zw_x81LmN',
  'Qz7k',
  'hunt3r',
  'a"b\\c/d&e<f>g\'h+i=j',
  'pässword-ü9',
];

/** Runs with these secrets and no others. */
function holding<T>(secrets: readonly string[], work: () => T): T {
  forgetSecrets();
  keepSecrets(secrets);
  return work();
}

describe.each(SECRETS)('the secret %s', (secret) => {
  it.each(Object.entries(formsOf(secret)))('is not seen %s', (_, form) => {
    holding(SECRETS, () => {
      for (const text of [form, `key ${form}, no`, `"${form}"`, `\n${form}\n`, `=${form}&`]) {
        const clean = redact(text);
        expect(clean).toContain('[redacted]');
        expect(clean).not.toContain(form);
        expect(clean.length).toBeLessThan(text.length - form.length + 16);
        const json = JSON.stringify({ a: text, b: [text] });
        expect(JSON.parse(redactJson(json)).a).not.toContain(form);
        expect(JSON.parse(redactJson(json)).b[0]).toContain('[redacted]');
        expect(JSON.parse(rowToJson({ raw: text, categories: [text] }))).toEqual({
          raw: expect.stringContaining('[redacted]'),
          categories: [expect.stringContaining('[redacted]')],
        });
      }
    });
  });
});

describe('redact', () => {
  it('takes a short secret only as a word of its own', () => {
    holding(['Qz7k'], () => {
      expect(redact('aQz7k Qz7ks 3Qz7k')).toBe('aQz7k Qz7ks 3Qz7k');
      expect(redact('\\nQz7k %20Qz7k _Qz7k.')).toBe('\\n[redacted] %20[redacted] _[redacted].');
    });
  });

  it('goes on as far as the secret does', () => {
    holding(['prefix-one', 'prefix-one-and-more'], () => {
      expect(redact('a prefix-one-and-more b')).toBe('a [redacted] b');
      expect(redact('a prefix-o... b')).toBe('a [redacted]... b');
      expect(redact('a prefix-****more b')).toBe('a [redacted] b');
    });
  });

  it('changes no text without a secret', () => {
    holding(SECRETS, () => {
      fc.assert(
        fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
          fc.pre(!/qz7k|hunt3r/i.test(text));
          expect(redact(text)).toBe(text);
          expect(rowToJson({ raw: text })).toBe(JSON.stringify({ raw: text }));
        }),
      );
      expect(redact('sk-learn-pipeline, Bearer of news, %20 &amp; \\u0041')).toBe(
        'sk-learn-pipeline, Bearer of news, %20 &amp; \\u0041',
      );
    });
  });

  it('knows the secrets that are kept alone', () => {
    holding(['one-of-secrets'], () => expect(redact('one-of-secrets')).toBe('[redacted]'));
    holding(['two-of-secrets'], () => expect(redact('one-of-secrets')).toBe('one-of-secrets'));
  });
});

describe('documents', () => {
  it('leaves the numbers and names of JSON, and what tags cannot bear', () => {
    holding(['1234', 'usage'], () => {
      expect(redactJson('{"usage":1234,"a":"1234"}')).toBe('{"usage":1234,"a":"[redacted]"}');
      expect(redactJson('{"a":"\\u003cb> 1234"}')).toBe('{"a":"\\u003cb\\u003e [redacted]"}');
    });
  });

  it('takes it out of texts, attributes and data of a page, not out of its code', () => {
    holding(['title'], () => {
      expect(
        redactMarkup(
          '<style>title{}</style><title a="title">title</title><script>title</script><script type="application/json">["title","</"]</script>',
        ),
      ).toBe(
        '<style>title{}</style><title a="[redacted]">[redacted]</title><script>title</script><script type="application/json">["[redacted]","</"]</script>',
      );
    });
  });

  it("leaves a row's own text, by which it is found again", () => {
    holding(['Qz7k'], () => {
      const row = { input: 'Qz7k', provider: 'Qz7k', raw: 'Qz7k' };
      expect(JSON.parse(rowToJson(row))).toEqual({ ...row, raw: '[redacted]' });
    });
  });
});

describe('what is made to be slow to read', () => {
  const many = Array.from({ length: 30 }, (_, i) => `${i}-Secret/${i}&${'ab1Z'.repeat(i % 8)}`);
  const [secret = ''] = SECRETS;
  const begun = secret.slice(0, 5);

  it.each([
    ['backslashes', (length: number) => `${'\\'.repeat(length)}u0041`],
    ['begun secrets and backslashes', (length: number) => `${begun + '\\'.repeat(length)}\\u`],
    ['entities of entities', (length: number) => '\\'.repeat(length) + '&amp;amp;#0038;'.repeat(9)],
    ['percents of percents', (length: number) => `%${'25'.repeat(length)}`],
    ['masks', (length: number) => `${begun}***-`.repeat(length / 9)],
    [
      'forms',
      (length: number) =>
        Object.values(formsOf(secret))
          .join('')
          .repeat(length / 600),
    ],
  ])('takes no more than a time that grows with it: %s', (_, make) => {
    holding([...SECRETS, ...many], () => {
      redact(make(1_000)); // The pattern is compiled on its first use.
      const before = cpuTime();
      redact(make(12_000));
      // Some 20 ms; where it grew with the square it was a minute.
      expect(cpuTime() - before).toBeLessThan(2_000);
    });
  });
});

describe('secretsOf', () => {
  it.each([
    [
      { OPENAI_API_KEY: 'one', MY_TOKEN: 'Bearer two', DB_PASSWORD: 'three' },
      'one',
      'two',
      'three',
    ],
    [{ OPENAI_ORG_ID: 'org', OPENAI_PROJECT_ID: 'project' }, 'org', 'project'],
    [{ OPENAI_CUSTOM_HEADERS: 'A: one\nB: Basic two\n' }, 'one', 'two'],
    [{ HTTPS_PROXY: 'user:p%40ss@host:1' }, 'p@ss', 'dXNlcjpwQHNz'],
    [{ ANY_URL: 'postgres://user:pass@host/db?sslmode=require&token=xyz' }, 'pass', 'xyz'],
    [{ HF_ENDPOINT: 'https://one@host' }, 'one'],
    [{ VLLM_BASE_URL: 'http://host/v1?code=one&api-version=2024-02-01' }, 'one'],
  ])('%o', (env, ...secrets) => {
    expect(secretsOf(env as Record<string, string>)).toEqual(expect.arrayContaining(secrets));
  });

  it('takes nothing else', () => {
    const env = { PATH: '/bin', PWD: '/home', CI_PROJECT_ID: '1', URL: 'http://a/?b=c', A: 'b' };
    expect(secretsOf({ ...env, V_BASE_URL: 'http://h/?api-version=2024' })).toEqual([]);
    expect(secretsInAddress('not an address')).toEqual([]);
  });
});
