import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openStudent } from '../../src/models/student.js';
import type { Sample } from '../../src/sample.js';
import { writeStudent } from '../../src/student/student-file.js';
import { trainStudent } from '../../src/student/train-student.js';
import { TOXICITY_LABELS } from '../../src/terms.js';
import { hashEmbedder, makeExamples } from '../helpers/examples.js';

/** The compiled second door, as the package exports it. */
export const DOOR = fileURLToPath(new URL('../../dist/student.js', import.meta.url));

/** Texts that a student has seen, and some that an engine may take in its own way. */
export const TEXTS: readonly string[] = [
  ...makeExamples(60, { seed: 7 }).map(({ input }) => input),
  '',
  ' \n\t ',
  'DIMWIT',
  'ＤＩＭＷＩＴ of the ﬁrst water',
  'İstanbul, Straße, ΣΊΣΥΦΟΣ',
  'naïve cafe\u0301 \u200b \u00ad \u202e',
  '👩‍👩‍👧‍👦 🇩🇪 dim\u{1f4a9}wit',
  '日本語のテキスト 한국어',
  `${'grubworm '.repeat(4000)}end`,
];

/** A label and a score, as the door gives them. */
export interface Answer {
  readonly label: string;
  readonly score: number;
}

export interface Trained {
  readonly path: string;
  readonly texts: readonly string[];
  /** One a text, where the student has a head on embeddings. */
  readonly vectors: readonly Float32Array[] | undefined;
  /** What the model that `evaluate` asks answers. */
  readonly expected: readonly Answer[];
}

/** Trains a student into a file, and asks the model that is made of it. */
export async function trainInto(folder: string, { withHead = false } = {}): Promise<Trained> {
  const path = join(folder, withHead ? 'head.json' : 'plain.json');
  const examples = makeExamples(120);
  const { embedder } = hashEmbedder();
  const vectors = await embedder.embed(examples.map(({ input }) => input));
  const student = await trainStudent(examples, {
    labels: 'teacher',
    teacher: null,
    seed: 1,
    ...(withHead ? { embeddings: { id: embedder.id, vectors } } : {}),
  });
  writeStudent(path, student);
  const model = await openStudent(path, { openEmbedder: async () => embedder });
  const expected: Answer[] = [];
  for (const text of TEXTS) {
    const verdict = await model.classify(sampleOf(text), new AbortController().signal);
    if (verdict.outcome !== 'answered' || verdict.score === undefined) throw new Error(text);
    expected.push({ label: TOXICITY_LABELS[verdict.label], score: verdict.score });
  }
  return {
    path,
    texts: TEXTS,
    vectors: withHead ? await embedder.embed(TEXTS) : undefined,
    expected,
  };
}

const sampleOf = (text: string): Sample => ({
  id: null,
  index: 0,
  text,
  label: null,
  humanChecked: null,
  jailbreaking: null,
});
