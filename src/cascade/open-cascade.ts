import { show, UserError } from '../errors.js';
import { Field } from '../student/field.js';
import { compareChecksum, type FileKind, loadFile, sha256 } from '../student/loaded-file.js';
import { loadStudent, toScorer } from '../student/open-scorer.js';
import { routeOf } from './band.js';
import { CASCADE_SCHEMA, CASCADE_VERSION, REMAKE } from './cascade-format.js';

const CASCADE: FileKind = { name: 'cascade', remedy: REMAKE };

/** What a cascade says of a text. */
export interface CascadeAnswer {
  /** Under its name in the cascade's task; null where the teacher was asked and gave none. */
  readonly label: string | null;
  /** The student's, P(positive). */
  readonly score: number;
  readonly answeredBy: 'student' | 'teacher' | 'stand-in';
}

export interface OpenCascadeOptions {
  /**
   * Asks the teacher that the cascade was made with, in the way in which it was asked then.
   *
   * @returns a label of the task, or null where it gave none
   */
  readonly askTeacher: (text: string) => Promise<string | null> | string | null;
  /** The student: as for `openScorer`. Default: where the cascade file says that it is. */
  readonly student?: string | URL | object | undefined;
}

/**
 * Labels a text.
 *
 * @param embedding - of the text, where the student has a head on embeddings
 * @throws UserError when the embedding is wrong, or the teacher's answer is no label; whatever
 *   `askTeacher` throws
 */
export type CascadeScorer = (text: string, embedding?: Float32Array) => Promise<CascadeAnswer>;

/**
 * Opens a cascade file for a service that asks the teacher with a client of its own, in Node, in a
 * browser or in a worker.
 *
 * @param source - as for `openScorer`; of a parsed file the student has to be given
 * @throws UserError with a message of one line when a file cannot be read, is of another version or
 *   damaged, or the student is not the one that the cascade was made with
 */
export async function openCascade(
  source: string | URL | object,
  { askTeacher, student }: OpenCascadeOptions,
): Promise<CascadeScorer> {
  const file = await loadFile(source, CASCADE);
  const cascade = new Field(file.value, { source: file.name, remedy: REMAKE });
  cascade.at('schema').expect(CASCADE_SCHEMA);
  cascade.at('version').expect(CASCADE_VERSION);
  const isShare = (n: number) => n >= 0 && n <= 1;
  const [low, high] = ['low', 'high'].map((end) =>
    cascade
      .at('band')
      .at(end)
      .number((n) => n >= 0 && n <= 2),
  );
  const threshold = cascade.at('student').at('threshold').number(isShare);
  const [positive, negative] = ['positive', 'negative'].map((side) =>
    cascade.at('task').at(side).text(),
  ) as [string, string];
  const standsIn = cascade.at('on_teacher_failure').text() === 'student';
  await compareChecksum(file, CASCADE);
  const named = cascade.at('student');
  const loaded = await loadStudent(student ?? beside(source, named.at('file').text()));
  const hash = loaded.text === undefined ? undefined : (await sha256(loaded.text))?.slice(0, 12);
  if (hash !== undefined) refuseOther(hash, named.at('hash').text(), loaded.name);
  const score = await toScorer(loaded);
  return async (text, embedding) => {
    const { score: own } = score(text, embedding);
    const route = routeOf(own, { low: low ?? 0, high: high ?? 0 });
    if (route !== 'teacher') {
      return {
        label: route === 'positive' ? positive : negative,
        score: own,
        answeredBy: 'student',
      };
    }
    const label = await askTeacher(text);
    if (label === positive || label === negative) {
      return { label, score: own, answeredBy: 'teacher' };
    }
    if (label !== null) {
      throw new UserError(
        `the teacher said ${show(label)}, and a label is ${positive} or ${negative}`,
        {
          hint: 'let askTeacher return null where there is no label',
        },
      );
    }
    if (!standsIn) return { label: null, score: own, answeredBy: 'teacher' };
    return { label: own >= threshold ? positive : negative, score: own, answeredBy: 'stand-in' };
  };
}

/** The student's file is named from the folder of the cascade's. */
function beside(source: string | URL | object, file: string): string | URL {
  if (source instanceof URL) return new URL(file, source);
  if (typeof source !== 'string') {
    throw new UserError('a cascade that was parsed already does not say where its student is', {
      hint: 'give it in the option student',
    });
  }
  return source.replace(/[^/\\]*$/, '') + file;
}

function refuseOther(hash: string, expected: string, name: string): void {
  if (hash === expected) return;
  throw new UserError(
    `${name} is another student (${hash}) than the one that the cascade was made with (${expected})`,
    { hint: 'put that student back, or make the cascade again with this one' },
  );
}
