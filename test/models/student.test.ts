import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStudent } from '../../src/models/student.js';
import type { Sample } from '../../src/sample.js';
import { writeStudent } from '../../src/student/student-file.js';
import { trainStudent } from '../../src/student/train-student.js';
import { scratchFolder } from '../helpers/cli.js';
import { hashEmbedder, makeExamples } from '../helpers/examples.js';

const sample = (text: string): Sample => ({
  id: null,
  index: 0,
  text,
  label: null,
  humanChecked: null,
  jailbreaking: null,
});

const { signal } = new AbortController();

async function trainInto(path: string, withHead = false) {
  const examples = makeExamples(100);
  const { embedder } = hashEmbedder();
  const vectors = await embedder.embed(examples.map(({ input }) => input));
  const student = await trainStudent(examples, {
    labels: 'teacher',
    teacher: null,
    seed: 1,
    ...(withHead ? { embeddings: { id: embedder.id, vectors } } : {}),
  });
  writeStudent(path, student);
  return student;
}

describe('openStudent', () => {
  it('answers with a label and the score behind it', async () => {
    const path = join(scratchFolder(), 'mine.json');
    const { threshold } = await trainInto(path);
    const model = await openStudent(path);
    expect(model).toMatchObject({
      id: 'student:mine',
      provider: 'embedded',
      prompt: expect.stringMatching(/^student@[0-9a-f]{12}$/),
    });
    for (const [text, label] of [
      ['river music dimwit garden', 'positive'],
      ['river music bread garden', 'negative'],
    ] as const) {
      const verdict = await model.classify(sample(text), signal);
      expect(verdict).toMatchObject({ outcome: 'answered', label, usage: null });
      const score = verdict.outcome === 'answered' ? (verdict.score ?? -1) : -1;
      expect(score >= threshold).toBe(label === 'positive');
      expect(score).toBeLessThanOrEqual(1);
    }
  });

  it('asks for the embeddings that it learned with, and takes no others', async () => {
    const path = join(scratchFolder(), 'head.json');
    await trainInto(path, true);
    await expect(openStudent(path)).rejects.toThrow('needs the embeddings of test:hash; none');
    const other = async () => hashEmbedder('test:other').embedder;
    await expect(openStudent(path, { openEmbedder: other })).rejects.toThrow('test:other is given');

    const { embedder, requests } = hashEmbedder();
    const asked: string[] = [];
    const openEmbedder = async (id: string) => {
      asked.push(id);
      return embedder;
    };
    const model = await openStudent(path, { openEmbedder });
    const verdict = await model.classify(sample('river dimwit'), signal);
    expect(verdict).toMatchObject({ outcome: 'answered', label: 'positive' });
    expect([asked, requests]).toEqual([['test:hash'], [['river dimwit']]]);
  });
});
