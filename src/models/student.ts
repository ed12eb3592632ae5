import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { show, UserError } from '../errors.js';
import { costOf } from '../pricing/cost.js';
import { LOCAL } from '../pricing/price.js';
import type { Sample } from '../sample.js';
import type { Embedder } from '../student/embedding-head.js';
import { openTexts } from '../student/learned-texts.js';
import { scorerOf } from '../student/scorer.js';
import { readStudent, testFileOf } from '../student/student-file.js';
import type { Student } from '../student/student-schema.js';
import { type Task, TOXICITY } from '../task/task.js';
import type { Usage, Verdict } from '../verdict.js';
import { atOnce, type Learned, type Model } from './classifier.js';

export interface StudentOptions {
  /** What it is to judge; it must have learned the labels of this task. Default: toxicity. */
  readonly task?: Task | undefined;
  /** Opens the embedder with an id, for a student with a head on embeddings. */
  readonly openEmbedder?: ((id: string) => Promise<Embedder>) | undefined;
}

/** A student as a model, with what its file says. */
export interface StudentModel extends Model {
  readonly student: Student;
  /** Scores a text at once; absent where that needs an embedding. */
  readonly scoreOf?: (text: string) => number;
}

const PROMPT = 'student@';

/** The hash of a student's file, as its rows record it. */
export const hashOfStudent = ({ prompt }: Pick<Model, 'prompt'>) => prompt.slice(PROMPT.length);

/** Whether answers are a student's, by the prompt that their rows record. */
export const isOfStudent = (prompt: string | null) => prompt?.includes(PROMPT) ?? false;

/**
 * Opens a student file as a model that runs in this process and gives a score with each label.
 *
 * @throws UserError when the file is missing or damaged, or its embedder cannot be opened
 */
export async function openStudent(
  path: string,
  { openEmbedder, task }: StudentOptions = {},
): Promise<StudentModel> {
  const { student, hash } = readStudent(path);
  refuseOtherTask(path, student, task);
  const { positive } = (task ?? TOXICITY).labels;
  const scorer = scorerOf(student, path);
  const embedder =
    student.embedding && (await sameEmbedder(path, student.embedding.embedder, openEmbedder));
  const price = embedder ? embedder.price : LOCAL;
  const verdictOf = (
    { label, score }: ReturnType<typeof scorer>,
    { usage, started }: { readonly usage: Usage | null; readonly started: number },
  ): Verdict => ({
    outcome: 'answered',
    label: label === positive ? 'positive' : 'negative',
    score,
    raw: score.toFixed(6),
    usage,
    costUsd: costOf(usage, price),
    latencyMs: performance.now() - started,
  });
  return {
    id: `student:${basename(path, '.json')}`,
    provider: 'embedded',
    prompt: `${PROMPT}${hash}`,
    scores: 'always',
    price,
    possiblyBilled: embedder?.possiblyBilled,
    file: path,
    addPossiblyBilled: embedder?.addPossiblyBilled,
    learned: learnedBy(path, student),
    student,
    ...(embedder ? {} : { scoreOf: (text: string) => scorer(text).score }),
    ...(embedder
      ? {
          classify: async ({ text }: Sample, signal: AbortSignal) => {
            const started = performance.now();
            let usage: Usage | null = null;
            const onUsage = (taken: Usage | null) => {
              usage = taken;
            };
            const [vector] = await embedder.embed([text], signal, onUsage);
            return verdictOf(scorer(text, vector), { usage, started });
          },
        }
      : atOnce(({ text }) => {
          const started = performance.now();
          return verdictOf(scorer(text), { usage: null, started });
        })),
  };
}

/** Its labels would be taken for others. */
function refuseOtherTask(path: string, { task: learned }: Student, task: Task = TOXICITY): void {
  const { positive, negative } = learned ?? TOXICITY.labels;
  if (positive === task.labels.positive && negative === task.labels.negative) return;
  throw new UserError(
    `${path} tells ${show(positive)} from ${show(negative)}, the task ${task.name} has ${show(task.labels.positive)} and ${show(task.labels.negative)}`,
    { hint: 'give the task that the student was trained for with `task`' },
  );
}

function learnedBy(path: string, { data: { texts } }: Student): Learned | null {
  if (texts === undefined) return null;
  const testFile = testFileOf(path);
  return { has: openTexts(texts), testFile: existsSync(testFile) ? testFile : null };
}

/** The vectors of another model mean something else, even where their length is the same. */
async function sameEmbedder(
  path: string,
  id: string,
  openEmbedder: StudentOptions['openEmbedder'],
): Promise<Embedder> {
  const embedder = await openEmbedder?.(id);
  if (embedder?.id === id) return embedder;
  const given = embedder === undefined ? 'none is given' : `${embedder.id} is given`;
  throw new UserError(`${path} needs the embeddings of ${id}; ${given}`, {
    hint: `give it those of ${id}, or train a student without embeddings`,
  });
}
