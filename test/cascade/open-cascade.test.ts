import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { routeOf } from '../../src/cascade/band.js';
import { openCascade } from '../../src/cascade/open-cascade.js';
import { cascade } from '../../src/cascade.js';
import { openCascadeModel } from '../../src/models/cascade.js';
import { openStudent } from '../../src/models/student.js';
import { scratchFolder } from '../helpers/cli.js';
import { hashEmbedder, makeExamples } from '../helpers/examples.js';
import { originalRow, writeRows } from '../helpers/files.js';
import { type Trained, trainInto } from '../student/trained.js';

interface Made {
  readonly folder: string;
  readonly path: string;
  readonly student: Trained;
  readonly band: { readonly low: number; readonly high: number };
}

const NOBODY = { id: null, label: null, humanChecked: null, jailbreaking: null };
const toxic = (positive: boolean) => (positive ? 'toxic' : 'not toxic');

/** A cascade whose teacher are people, of a student as a file and rows that it has not seen. */
async function makeCascade(
  folder: string,
  options: { withHead?: boolean; standsIn?: boolean },
): Promise<Made> {
  const student = await trainInto(folder, options);
  const rows = makeExamples(80, { seed: 5 }).map(({ input, positive }, i) =>
    originalRow(i, `${input} number ${i}`, toxic(positive), toxic(positive)),
  );
  writeRows(join(folder, 'calibration.jsonl'), rows);
  const path = join(folder, 'c.json');
  const made = await cascade({
    student: student.path,
    calibrate: join(folder, 'calibration.jsonl'),
    out: path,
    teacher: 'human',
    escalate: 0.3,
    onTeacherFailure: options.standsIn ? 'student' : 'unanswered',
    openEmbedder: async () => hashEmbedder().embedder,
  });
  return { folder, path, student, band: made.cascade?.band ?? { low: 0, high: 0 } };
}

const scratch = mkdtempSync(join(tmpdir(), 'toxicity-distill-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe('openCascade', () => {
  let made: Made;
  beforeAll(async () => {
    made = await makeCascade(scratch, {});
  });

  it('asks the teacher about what the student is not sure of, and nothing else', async () => {
    const asked: string[] = [];
    const label = await openCascade(made.path, {
      askTeacher: async (text) => {
        asked.push(text);
        return 'toxic';
      },
    });
    const uncertain: string[] = [];
    for (const [i, text] of made.student.texts.entries()) {
      const { score = 0, label: own } = made.student.expected[i] ?? {};
      const answer = await label(text);
      expect(answer.score).toBeCloseTo(score, 12);
      if (routeOf(score, made.band) === 'teacher') {
        uncertain.push(text);
        expect(answer).toMatchObject({ label: 'toxic', answeredBy: 'teacher' });
      } else expect(answer).toMatchObject({ label: own, answeredBy: 'student' });
    }
    expect(asked).toEqual(uncertain);
    expect(uncertain.length).toBeGreaterThan(5);
    expect(uncertain.length).toBeLessThan(made.student.texts.length - 5);
  });

  it('opens from an address, and parsed where the student is given', async () => {
    const text = made.student.texts[0] ?? '';
    const options = { askTeacher: () => null };
    const byPath = await (await openCascade(made.path, options))(text);
    const byUrl = await openCascade(pathToFileURL(made.path), options);
    expect(await byUrl(text)).toEqual(byPath);
    const parsed = JSON.parse(readFileSync(made.path, 'utf8'));
    const byObject = await openCascade(parsed, { ...options, student: made.student.path });
    expect(await byObject(text)).toEqual(byPath);
    await expect(openCascade(parsed, options)).rejects.toThrow('does not say where its student is');
  });

  it('has no label where the teacher has none, or the student’s where it stands in', async () => {
    const unsure = made.student.texts.filter(
      (_, i) => routeOf(made.student.expected[i]?.score ?? 0, made.band) === 'teacher',
    );
    const none = await openCascade(made.path, { askTeacher: () => null });
    expect(await none(unsure[0] ?? '')).toMatchObject({ label: null, answeredBy: 'teacher' });
    const standing = await makeCascade(scratchFolder(), { standsIn: true });
    const label = await openCascade(standing.path, { askTeacher: () => null });
    for (const text of unsure) {
      const answer = await label(text);
      const i = standing.student.texts.indexOf(text);
      expect(answer).toMatchObject({
        label: standing.student.expected[i]?.label,
        answeredBy: 'stand-in',
      });
    }
  });

  it('refuses a label that is none, another student, and what is no cascade', async () => {
    const wrong = await openCascade(made.path, { askTeacher: () => 'TOXIC' });
    const unsure = made.student.texts.find(
      (_, i) => routeOf(made.student.expected[i]?.score ?? 0, made.band) === 'teacher',
    );
    await expect(wrong(unsure ?? '')).rejects.toThrow(
      'the teacher said "TOXIC", and a label is toxic or not toxic',
    );
    const options = { askTeacher: () => null };
    const other = join(made.folder, 'other.json');
    writeFileSync(other, `${readFileSync(made.student.path, 'utf8')} `);
    await expect(openCascade(made.path, { ...options, student: other })).rejects.toThrow(
      /other\.json is another student \([0-9a-f]{12}\) than the one that the cascade was made with/,
    );
    await expect(openCascade(made.student.path, options)).rejects.toThrow(/plain\.json/);
    const damaged = join(made.folder, 'damaged.json');
    writeFileSync(damaged, readFileSync(made.path, 'utf8').replace('"low":', '"low": -1, "x":'));
    await expect(openCascade(damaged, options)).rejects.toThrow(/damaged\.json/);
  });
});

it('openCascade takes the embedding of a text where the student has a head for it', async () => {
  const { path, student, band } = await makeCascade(scratchFolder(), { withHead: true });
  const label = await openCascade(path, { askTeacher: () => null });
  const model = await openCascadeModel(path, {
    openStudent: (file) => openStudent(file, { openEmbedder: async () => hashEmbedder().embedder }),
    openTeacher: () => Promise.reject(new Error('people are the teacher')),
  });
  const signal = new AbortController().signal;
  for (const [i, text] of student.texts.entries()) {
    const { score = 0 } = student.expected[i] ?? {};
    const answer = await label(text, student.vectors?.[i]);
    expect(answer.score).toBeCloseTo(score, 12);
    const route = routeOf(score, band);
    expect(answer.answeredBy).toBe(route === 'teacher' ? 'teacher' : 'student');
    const sample = { ...NOBODY, index: i, text };
    const { answeredBy, studentScore } = await model.classify(sample, signal);
    expect({ answeredBy, studentScore }).toEqual({
      answeredBy: answer.answeredBy,
      studentScore: expect.closeTo(score, 12),
    });
  }
  await expect(label(student.texts[0] ?? '')).rejects.toThrow('embedding');
});
