import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import { describe, expect, it } from 'vitest';
import { anyCodePoint } from '../helpers/arbitraries.js';

const require = createRequire(import.meta.url);
const folder = new URL('../../dist/pricing/encodings/', import.meta.url);

const WHOLE = { cl100k_base: cl100k, o200k_base: o200k };

describe('the encodings that the package holds', () => {
  it('import nothing from elsewhere, and carry their licence', () => {
    const files = readdirSync(fileURLToPath(folder)).filter((file) => file.endsWith('.js'));
    const sources = files.map((file) => readFileSync(new URL(file, folder), 'utf8'));
    const imports = sources.flatMap((source) =>
      Array.from(source.matchAll(/^import .*?from ["'](.+?)["'];$/gm), ([, from]) => from),
    );
    expect(new Set(imports)).toEqual(new Set(['./gpt-tokenizer.js']));
    const bundled = sources.filter((source) => source.includes('GptEncoding'));
    expect(bundled.length).toBe(3);
    for (const source of bundled) expect(source).toContain('Copyright (c) 2023-2024 Bazyli');
  });

  it.each(['cl100k_base', 'o200k_base'] as const)('%s counts as gpt-tokenizer does', (name) => {
    // Not by import: vitest would transform some megabytes first.
    const { count } = require(fileURLToPath(new URL(`${name}.js`, folder))) as {
      count(text: string): number;
    };
    const asText = { disallowedSpecial: new Set<string>() };
    const texts = fc.oneof(
      fc.string({ unit: anyCodePoint, maxLength: 200 }),
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.constantFrom('<|endoftext|>', '<|im_start|>', '\ud800', '\u0000', "I'LL", '\r\n\r\n  x'),
    );
    fc.assert(
      fc.property(texts, (text) => {
        expect(count(text)).toBe(WHOLE[name].countTokens(text, asText));
      }),
      { seed: 11, numRuns: 80 },
    );
  });
});
