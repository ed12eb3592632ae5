import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { UserError } from '../../src/errors.js';
import { readStudent, renderStudent, writeStudent } from '../../src/student/student-file.js';
import type { Student } from '../../src/student/student-schema.js';
import { trainStudent } from '../../src/student/train-student.js';
import { scratchFolder } from '../helpers/cli.js';
import { makeExamples } from '../helpers/examples.js';

let student: Student;
let text: string;

beforeAll(async () => {
  const teacher = { model: 'teacher', provider: 'openai', prompt: 'moderator@0123456789ab' };
  student = await trainStudent(makeExamples(60), { labels: 'teacher', teacher, seed: 1 });
  text = renderStudent(student);
});

function refusalOf(content: string | Buffer): string {
  const path = join(scratchFolder(), 'student.json');
  writeFileSync(path, content);
  try {
    readStudent(path);
  } catch (error) {
    if (error instanceof UserError) return `${error.message} | ${error.hint}`;
    throw error;
  }
  return 'not refused';
}

describe('a student file', () => {
  it('comes back as it was written, byte for byte, and leaves nothing beside it', () => {
    const folder = scratchFolder();
    const path = join(folder, 'deep/student.json');
    writeStudent(path, student);
    const read = readStudent(path);
    expect(read.student).toEqual(student);
    expect(read.hash).toMatch(/^[0-9a-f]{12}$/);
    writeStudent(join(folder, 'deep/again.json'), read.student);
    expect(readFileSync(join(folder, 'deep/again.json'), 'utf8')).toBe(text);
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(readdirSync(join(folder, 'deep'))).toEqual(['again.json', 'student.json']);
  });

  it('is read without the texts that it was learned from, as earlier releases wrote it', () => {
    const path = join(scratchFolder(), 'old.json');
    const { texts, ...data } = student.data;
    expect(texts).toMatch(/^[A-Za-z0-9+/]{480}$/); // 60 texts of 6 bytes, in base64.
    writeStudent(path, { ...student, data });
    expect(readFileSync(path, 'utf8')).not.toContain('texts');
    expect(readStudent(path).student).toEqual({ ...student, data });
  });

  it('stays as it is when it cannot be written again', () => {
    const path = join(scratchFolder(), 'student.json');
    writeStudent(path, student);
    const broken = { ...student, threshold: Number.NaN };
    expect(() => writeStudent(path, broken)).toThrow();
    expect(readFileSync(path, 'utf8')).toBe(text);
    expect(() => writeStudent('/dev/null/student.json', student)).toThrow(
      'cannot write /dev/null/student.json',
    );
  });

  it.each<[string, (content: string) => string | Buffer, string]>([
    ['cut off', (content) => content.slice(0, 5000), 'is not JSON: it is cut off, damaged'],
    ['empty', () => '', 'is not JSON'],
    ['something else', () => '{"schema":"x"}', '"schema" is "x"'],
    ['a list', () => '[]', 'is not a student file'],
    ['null', () => 'null', 'is not a student file'],
    ['a later version', (c) => c.replace('"version": 1', '"version": 2'), '"version" 2, this'],
    ['too large', (c) => c + ' '.repeat(17e6), 'and a student file has 16777216 at most'],
    [
      'a threshold beyond 1',
      (c) => c.replace(/"threshold": [\d.]+/, '"threshold": 7'),
      '"threshold" is 7',
    ],
    ['no threshold', (c) => c.replace(/"threshold": [\d.]+,/, ''), '"threshold" is missing'],
    [
      'another threshold',
      (c) => c.replace(/"threshold": [\d.]+/, '"threshold": 0.5'),
      '"checksum" is',
    ],
    [
      'other features',
      (c) => c.replace('"buckets": 65536', '"buckets": 4'),
      '"features.buckets" is 4',
    ],
    [
      'a flipped weight',
      (c) => c.replace(/("int16": ".{300})(.)/, (_, a, b) => `${a}${b === 'A' ? 'B' : 'A'}`),
      'was edited',
    ],
    [
      'no base64',
      (c) => c.replace(/"int16": "..../, '"int16": "<()>'),
      '"ngrams.weights.int16" is',
    ],
    [
      'a key too many',
      (c) => c.replace('"version": 1,', '"version": 1, "run": "x",'),
      'Unrecognized key',
    ],
  ])('is refused when it is %s', (_, damage, reason) => {
    expect(refusalOf(damage(text))).toContain(reason);
  });

  it('is refused when it does not exist, or is a folder', () => {
    const folder = scratchFolder();
    expect(() => readStudent(join(folder, 'none.json'))).toThrow('there is no student file');
    expect(() => readStudent(folder)).toThrow('is a folder');
  });
});
