import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { chatLineSchema, exportChat } from '../../src/labels/chat-export.js';
import { scratchFolder } from '../helpers/cli.js';
import { makeExamples } from '../helpers/examples.js';
import { readRows } from '../helpers/files.js';
import { moderator } from '../helpers/prompts.js';

const examples = makeExamples(80);

function exported({ prune = false, testFraction = 0.25, seed = 0 } = {}) {
  const out = join(scratchFolder(), 'chat.jsonl');
  const counts = exportChat(examples, { out, prune, testFraction, seed });
  return { counts, lines: readRows(out).map((line) => chatLineSchema.parse(line)) };
}

describe('exportChat', () => {
  it('writes instruction, text and label', () => {
    const { lines } = exported();
    expect(lines[0]?.messages).toEqual([
      { role: 'system', content: moderator.system },
      { role: 'user', content: examples[0]?.input },
      { role: 'assistant', content: 'toxic' },
    ]);
    expect(lines.map(({ messages }) => messages.at(-1)?.content)).toEqual(
      examples.map(({ positive }) => (positive ? 'toxic' : 'not toxic')),
    );
  });

  it('leaves the instruction out with prune', () => {
    for (const { messages } of exported({ prune: true }).lines) {
      expect(messages.map(({ role }) => role)).toEqual(['user', 'assistant']);
    }
  });

  it('holds out the same part of both classes, drawn by the seed', () => {
    const { counts, lines } = exported();
    const held = lines.filter(({ split }) => split === 'TEST');
    expect(counts).toEqual({ TRAIN: 60, TEST: 20 });
    expect(held.length).toBe(20);
    expect(held.filter(({ messages }) => messages.at(-1)?.content === 'toxic').length).toBe(5);
    expect(exported().lines).toEqual(lines);
    expect(exported({ seed: 1 }).lines).not.toEqual(lines);
    expect(exported({ testFraction: 0 }).counts).toEqual({ TRAIN: 80, TEST: 0 });
  });
});
