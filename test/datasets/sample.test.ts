import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { openDataset } from '../../src/datasets/index.js';

const read = (path: string) => readFileSync(new URL(`../../data/${path}`, import.meta.url), 'utf8');

const rowSchema = z.strictObject({
  conv_id: z.string(),
  user_input: z.string().min(1),
  model_output: z.string().min(1),
  human_annotation: z.boolean(),
  toxicity: z.literal([0, 1]),
  jailbreaking: z.literal([0, 1]),
  openai_moderation: z.literal('[]'),
  split: z.enum(['train', 'calibration', 'test']),
});
type Row = z.infer<typeof rowSchema>;

const rows = read('sample.jsonl')
  .trimEnd()
  .split('\n')
  .map((line) => rowSchema.parse(JSON.parse(line)));

/**
 * The largest Jaccard similarity of two texts' character 5-grams that is allowed. Two questions on
 * the plural of a word have 0.19, the most in the file; 99.99% of all pairs have less than 0.13. Fifty
 * characters of which two words were exchanged have about 0.4.
 */
const MOST_ALIKE = 0.25;

const plain = (text: string) => text.toLowerCase().replaceAll(/\s+/g, ' ');

function gramsOf(text: string): Set<string> {
  const characters = plain(text);
  const starts = Array(Math.max(1, characters.length - 4)).keys();
  return new Set(Array.from(starts, (start) => characters.slice(start, start + 5)));
}

/** The pairs of texts that are too much alike, with their similarity. */
function nearDuplicates(texts: readonly string[]): string[] {
  const found: string[] = [];
  const sets = texts.map(gramsOf);
  const holders = new Map<string, number[]>();
  for (const [b, grams] of sets.entries()) {
    const inCommon = new Uint32Array(b);
    for (const gram of grams) {
      const earlier = holders.get(gram) ?? [];
      for (const a of earlier) inCommon[a] = (inCommon[a] ?? 0) + 1;
      earlier.push(b);
      holders.set(gram, earlier);
    }
    for (const [a, common] of inCommon.entries()) {
      const jaccard = common / ((sets[a]?.size ?? 0) + grams.size - common);
      if (jaccard > MOST_ALIKE) found.push(`${jaccard.toFixed(2)}: ${texts[a]} | ${texts[b]}`);
    }
  }
  return found;
}

describe("data/README.md's table of splits", () => {
  const [, body = ''] = read('README.md').split('\n| split ');
  const [table = ''] = body.split('\n\n');
  const lines = table.split('\n').slice(2);

  /** A line of the table, as the rows say. */
  function lineOf(name: string, of: readonly Row[]): string[] {
    const toxic = of.filter(({ toxicity }) => toxicity === 1);
    const jailbreaking = of.filter((row) => row.jailbreaking === 1);
    const both = toxic.filter((row) => row.jailbreaking === 1).length;
    return [
      name,
      String(of.length),
      String(toxic.length),
      String(of.length - toxic.length),
      `${jailbreaking.length} (${both} / ${jailbreaking.length - both})`,
      String(of.filter((row) => row.human_annotation).length),
    ];
  }

  it('is what the file has', () => {
    const stated = lines.map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
    const splits = rowSchema.shape.split.options;
    expect(stated).toEqual([
      ...splits.map((name) =>
        lineOf(
          name,
          rows.filter(({ split }) => split === name),
        ),
      ),
      lineOf('all', rows),
    ]);
  });
});

describe('the sample', () => {
  it('has its rows in order', () => {
    expect(rows.map(({ conv_id }) => conv_id)).toEqual(
      rows.map((_, i) => `sample-${String(i + 1).padStart(3, '0')}`),
    );
  });

  it('calls every toxic and every jailbreaking row annotated', () => {
    const must = rows.filter((row) => row.toxicity === 1 || row.jailbreaking === 1);
    expect(must.every((row) => row.human_annotation)).toBe(true);
  });

  it.each(rowSchema.shape.split.options)('is opened by its split %s', async (split) => {
    const dataset = await openDataset('sample', { split, env: {} });
    const texts: [number, string, string | null][] = [];
    for await (const { index, text, label } of dataset.rows()) texts.push([index, text, label]);
    expect(texts).toEqual(
      rows
        .filter((row) => row.split === split)
        .map((row, i) => [i, row.user_input, row.toxicity === 1 ? 'positive' : 'negative']),
    );
  });

  it.each(rowSchema.shape.split.options)('mixes the labels in its split %s', (split) => {
    const labels = rows.filter((row) => row.split === split).map(({ toxicity }) => toxicity);
    expect(labels.join('')).not.toMatch(/1{8}|0{30}/);
  });
});

describe('no two texts of the sample', () => {
  const texts = rows.map(({ user_input }) => user_input);

  it('are near-duplicates', () => {
    expect(nearDuplicates(texts)).toEqual([]);
  });

  it('could be one sentence with two words exchanged', () => {
    const text = 'what time does the post office close on a saturday';
    const exchanged = text.replace('time', 'hour').replace('saturday', 'friday');
    expect(nearDuplicates([text, exchanged])).toHaveLength(1);
  });

  it('begin like more than two others, by five words', () => {
    const openings = texts.map((text) => plain(text).match(/[\p{L}\p{N}']+/gu) ?? []);
    const counts = new Map<string, number>();
    for (const words of openings.filter(({ length }) => length >= 5)) {
      const opening = words.slice(0, 5).join(' ');
      counts.set(opening, (counts.get(opening) ?? 0) + 1);
    }
    expect([...counts].filter(([, count]) => count > 3)).toEqual([]);
  });
});
