import { appendFileSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { EXIT } from '../../src/errors.js';
import { type ReadOptions, readJsonl } from '../../src/files/jsonl.js';
import { JsonlWriter } from '../../src/files/jsonl-writer.js';
import { labelledRowSchema } from '../../src/records.js';
import { anyCodePoint } from '../helpers/arbitraries.js';
import { scratchFolder } from '../helpers/cli.js';
import { originalRow } from '../helpers/files.js';

const rowSchema = z.object({ text: z.string() });

async function readTexts(path: string, options?: ReadOptions<z.infer<typeof rowSchema>>) {
  const texts: string[] = [];
  for await (const { value } of readJsonl(path, rowSchema, options)) texts.push(value.text);
  return texts;
}

function append(path: string, texts: readonly string[]): number {
  const writer = new JsonlWriter(path, 'text');
  for (const text of texts) writer.append({ text });
  writer.close();
  return writer.tornBytes;
}

/** Any sequence of UTF-16 units, lone surrogates, NUL and line separators among them. */
const anyText = fc.oneof(
  fc.string({ unit: anyCodePoint }),
  fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units)),
  fc.constantFrom('\u2028\u2029', '\r\n', '\uFEFF', '\u0000', '"\\', '\u001b[31m', '\ud800', '🙂'),
);

describe('JSONL', () => {
  it('gives back what was appended, whatever it is', async () => {
    const folder = scratchFolder();
    let file = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyText), fc.array(anyText), async (first, second) => {
        const path = join(folder, `${file++}.jsonl`);
        append(path, first);
        append(path, second);
        expect(await readTexts(path)).toEqual([...first, ...second]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it('loses only the half-written line when a file is cut anywhere', async () => {
    const folder = scratchFolder();
    let file = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(anyText, { minLength: 1 }), fc.nat(), async (texts, cut) => {
        const path = join(folder, `${file++}.jsonl`);
        append(path, texts);
        const whole = readFileSync(path);
        const end = cut % (whole.length + 1);
        truncateSync(path, end);
        const linesLeft = whole.subarray(0, end).toString('utf8').split('\n').length - 1;
        const isWholeLine = whole[end] === 10; // Only the newline was lost.
        const kept = texts.slice(0, linesLeft + (isWholeLine ? 1 : 0));

        expect(await readTexts(path, { torn: 'skip' })).toEqual(kept);
        append(path, ['next']);
        expect(await readTexts(path)).toEqual([...kept, 'next']);
      }),
      { seed: 2, numRuns: 200 },
    );
  });

  it('says how many bytes of a torn line it dropped', () => {
    const path = join(scratchFolder(), 'torn.jsonl');
    writeFileSync(path, '{"text":"a"}\n{"text":"b');
    expect(append(path, [])).toBe('{"text":"b'.length);
    expect(readFileSync(path, 'utf8')).toBe('{"text":"a"}\n');
  });

  it.each([
    ['after whole lines', '{"text":"a"}\n\0\0\0', '{"text":"a"}\n'],
    ['after a line without its newline', '{"text":"a"}\0\0', '{"text":"a"}\n'],
    ['in the place of half a line', '{"text":"a"}\n{"te\0\0', '{"text":"a"}\n'],
    ['in a file of nothing else', '\0'.repeat(100_000), ''],
  ])('drops zeros that a loss of power left, %s', async (_, content, kept) => {
    const path = join(scratchFolder(), 'zeros.jsonl');
    writeFileSync(path, content);
    expect(await readTexts(path, { torn: 'skip' })).toEqual(kept === '' ? [] : ['a']);
    append(path, []);
    expect(readFileSync(path, 'utf8')).toBe(kept);
  });

  it.each([
    ['before a line', '{"text":"a"}\n\0\0\0{"text":"b"}\n{"text":"c"}\n'],
    ['behind a line', '{"text":"a"}\n{"text":"b"}\0\0\n{"text":"c"}\n'],
    ['in the place of lines', '{"text":"a"}\n{"text":"b"}\n\0\0\0\n{"text":"c"}\n'],
  ])('reads over a hole %s, and finds each line where it is', async (_, content) => {
    const path = join(scratchFolder(), 'hole.jsonl');
    writeFileSync(path, content);
    const found: string[] = [];
    for await (const { value, start, end } of readJsonl(path, rowSchema)) {
      expect(JSON.parse(content.slice(start, end))).toEqual(value);
      found.push(value.text);
    }
    expect(found).toEqual(['a', 'b', 'c']);
  });

  it.each(['{"text":"b\0\0\0', '\0\0\0xt":"b"}', '{"te\0\0"b"}', '\0\0\xc3"}'])(
    'says where zeros have taken a part of a row: %j',
    async (line) => {
      const path = join(scratchFolder(), 'hole.jsonl');
      writeFileSync(path, `{"text":"a"}\n${line}\n{"text":"c"}\n`, 'latin1');
      await expect(readTexts(path)).rejects.toMatchObject({
        exitCode: EXIT.badInput,
        message: `${path} line 2 has a hole: zeros where a row was to be written`,
        hint: expect.stringMatching(
          /^remove that line alone \(sed -i 2d FILE\), then run the same/,
        ),
      });
    },
  );

  it.each(['{ "a": 1', '{"texts":', 'x\n{"a', '{ '])(
    'drops no line that does not begin as one of its own: %j',
    (content) => {
      const path = join(scratchFolder(), 'other.jsonl');
      writeFileSync(path, content);
      expect(() => append(path, ['row'])).toThrow(
        expect.objectContaining({
          message: expect.stringMatching(/other\.jsonl ends with ".*", which is no row$/),
          exitCode: EXIT.badInput,
        }),
      );
      expect(readFileSync(path, 'utf8')).toBe(content);
    },
  );

  it.each([
    ['moved or deleted', (path: string) => renameSync(path, `${path}.away`)],
    ['changed by another program', (path: string) => truncateSync(path, 5)],
    ['changed by another program', (path: string) => appendFileSync(path, 'x')],
  ])('that is %s under the writer is not intact, at the end too', (what, change) => {
    const path = join(scratchFolder(), 'changed.jsonl');
    const writer = new JsonlWriter(path, 'text');
    writer.append({ text: 'a' });
    writer.assertIntact();
    change(path);
    const message = `${path} was ${what} while it was being written`;
    expect(() => writer.assertIntact()).toThrow(message);
    expect(() => writer.close()).toThrow(message);
  });

  it('finds the end of a torn line longer than one block', async () => {
    const path = join(scratchFolder(), 'long.jsonl');
    append(path, ['kept']);
    appendFileSync(path, `{"text":"${'x'.repeat(300_000)}`);
    append(path, ['y'.repeat(1_000_000)]);
    expect(await readTexts(path)).toEqual(['kept', 'y'.repeat(1_000_000)]);
  });

  it('reads a byte order mark, CRLF and blank lines', async () => {
    const path = join(scratchFolder(), 'windows.jsonl');
    writeFileSync(path, '\uFEFF{"text":"a"}\r\n\r\n{"text":"b"}');
    expect(await readTexts(path)).toEqual(['a', 'b']);
  });

  it.each([
    ['not JSON', '{"text":"a"}\n\nnonsense\n', 'line 3 is not JSON: "nonsense"'],
    ['of another shape', '{"text":"a"}\n{"text":5}\n', 'line 2: "text" is 5'],
    ['missing a key', '{"txt":"a"}\n', 'line 1: "text" is missing'],
  ])('names a line that is %s', async (_, content, message) => {
    const path = join(scratchFolder(), 'bad.jsonl');
    writeFileSync(path, content);
    await expect(readTexts(path)).rejects.toThrow(message);
  });

  it('names a line that is not UTF-8', async () => {
    const path = join(scratchFolder(), 'latin1.jsonl');
    writeFileSync(path, Buffer.from('{"text":"a"}\n{"text":"caf\xe9"}\n', 'latin1'));
    await expect(readTexts(path)).rejects.toThrow('line 2 is not valid UTF-8');
  });

  it('names the key and the value of a labelled row that is wrong', async () => {
    const path = join(scratchFolder(), 'labels.jsonl');
    writeFileSync(path, JSON.stringify(originalRow(0, 'hi', 'maybe', 'toxic')));
    const read = async () => {
      for await (const _ of readJsonl(path, labelledRowSchema()));
    };
    await expect(read()).rejects.toThrow(
      'line 1: "prediction" is "maybe" (expected "toxic" or "not toxic")',
    );
  });
});
