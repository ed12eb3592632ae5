import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { messageOf, show, UserError } from '../errors.js';
import { type LabelNames, type RowLabel, TOXICITY_LABELS } from '../terms.js';
import { type Answer, type Task, TEXT_MARK, TOXICITY } from './task.js';

const HINT = 'docs/task-file.md has an example of each key';

const wordSchema = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** A name that is shown in tables, gates and commands. */
const nameSchema = wordSchema.pipe(
  z
    .string()
    .regex(
      /^[\p{L}\p{N}](?:[\p{L}\p{N} _-]{0,38}[\p{L}\p{N}])?$/u,
      'expected 1 to 40 letters, digits, blanks, - or _',
    ),
);

const column = z.string().min(1);

const taskSchema = z.strictObject({
  name: nameSchema,
  labels: z.strictObject({ positive: nameSchema, negative: nameSchema }).optional(),
  policy: z.string().min(1).optional(),
  prompt: z.string().min(1).optional(),
  answers: z.record(z.string().min(1), nameSchema).optional(),
  data: z
    .strictObject({
      text: column.optional(),
      label: column.optional(),
      map: z.record(z.string(), wordSchema.nullable()).optional(),
    })
    .optional(),
});

/**
 * Reads a task file: YAML, checked. Files that it names are looked for beside it; a value of
 * several lines is the text itself.
 *
 * @throws UserError with the line when a key is unknown or wrong, or a file that it names is not
 *   there
 */
export function readTask(path: string): Task {
  const file = new TaskFile(path);
  const given = file.parse();
  const labels: LabelNames = given.labels ?? TOXICITY_LABELS;
  if (labels.positive.toLowerCase() === labels.negative.toLowerCase()) {
    throw file.wrong(['labels'], `both labels are ${show(labels.positive)}`, 'give them two names');
  }
  const sideOf = (name: string, key: readonly string[], other = ''): RowLabel => {
    if (name === labels.positive) return 'positive';
    if (name === labels.negative) return 'negative';
    throw file.wrong(
      key,
      `${show(name)} is no label of the task`,
      `its labels are ${show(labels.positive)} and ${show(labels.negative)}${other}`,
    );
  };
  const meaningOf = (word: string, name: string) =>
    sideOf(name, ['data', 'map', word], '; null is for no label');
  const words = Object.entries(given.data?.map ?? {});
  return {
    name: given.name,
    labels,
    policy:
      given.policy !== undefined
        ? { text: file.textOf('policy', given.policy).trim() }
        : given.labels === undefined
          ? TOXICITY.policy
          : 'none',
    prompt: given.prompt === undefined ? undefined : readPrompt(file, given.prompt),
    answers:
      given.answers &&
      Object.entries(given.answers).map(
        ([reply, name]): Answer => ({
          label: sideOf(name, ['answers', reply]),
          reply: readReply(file, reply),
        }),
      ),
    data: {
      text: given.data?.text,
      label: given.data?.label,
      map: new Map(
        words.map(([word, name]) => [
          word.trim().toLowerCase(),
          name === null ? null : meaningOf(word, name),
        ]),
      ),
    },
  };
}

function readPrompt(file: TaskFile, given: string): string {
  const prompt = file.textOf('prompt', given);
  const marks = prompt.split(TEXT_MARK).length - 1;
  if (marks === 1) return prompt;
  throw file.wrong(['prompt'], `the prompt has ${TEXT_MARK} ${marks} times`, 'write it once');
}

/** `/pattern/` or `/pattern/i` must match a whole reply; anything else is the reply itself. */
function readReply(file: TaskFile, text: string): Answer['reply'] {
  const [, pattern, flags = ''] = /^\/(.+)\/(i?)$/s.exec(text) ?? [];
  if (pattern === undefined) return text;
  try {
    return new RegExp(`^(?:${pattern})$`, `u${flags}`);
  } catch (cause) {
    throw file.wrong(['answers', text], messageOf(cause), 'correct the pattern');
  }
}

/** A task file and what stands where in it. */
class TaskFile {
  readonly #path: string;
  readonly #lines = new LineCounter();
  readonly #document: Document.Parsed;

  constructor(path: string) {
    this.#path = path;
    this.#document = parseDocument(read(path, 'there is no task file'), {
      lineCounter: this.#lines,
      prettyErrors: false,
    });
  }

  /** @throws UserError with the line of the first thing that is wrong */
  parse(): z.infer<typeof taskSchema> {
    const [error] = this.#document.errors;
    if (error) {
      const { line } = this.#lines.linePos(error.pos[0]);
      throw new UserError(`${this.#path} line ${line}: ${error.message}`, { hint: HINT });
    }
    const value: unknown = this.#document.toJS();
    const parsed = taskSchema.safeParse(value ?? {});
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const path = (issue?.path ?? []).map(String);
    if (issue?.code === 'unrecognized_keys') {
      const [key = ''] = issue.keys;
      throw this.wrong([...path, key], `there is no key ${show([...path, key].join('.'))}`, HINT);
    }
    const seen = path.reduce<unknown>(
      (inner, key) => (inner as Record<string, unknown> | undefined)?.[key],
      value,
    );
    const problem =
      seen === undefined
        ? `${show(path.join('.'))} is missing`
        : `${show(path.join('.'))} is ${show(seen)} (${issue?.message.replace(/^Invalid input: /, '')})`;
    throw this.wrong(path, problem, HINT);
  }

  /** An error about a key, with its line where it stands in the file. */
  wrong(key: readonly string[], problem: string, hint: string): UserError {
    const { contents } = this.#document;
    const node = (key.length > 0 && this.#document.getIn(key, true)) ||
      contents || { range: undefined };
    const range = (node as { range?: readonly number[] | null }).range;
    const where = range?.[0] === undefined ? '' : ` line ${this.#lines.linePos(range[0]).line}`;
    return new UserError(`${this.#path}${where}: ${problem}`, { hint });
  }

  /** A value of several lines, or the content of the file that the value names. */
  textOf(key: string, value: string): string {
    if (value.includes('\n')) return value;
    const text = read(
      resolve(dirname(this.#path), value),
      `${this.#path} names a ${key} that is not there:`,
    );
    if (text.trim() !== '') return text;
    throw this.wrong([key], `${value} is empty`, `write the ${key} into it`);
  }
}

function read(path: string, problem: string): string {
  try {
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch (cause) {
    throw new UserError(`${problem} ${path} (${messageOf(cause)})`, { hint: HINT, cause });
  }
}
