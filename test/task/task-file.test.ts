import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDataset } from '../../src/datasets/index.js';
import type { UserError } from '../../src/errors.js';
import { formatFor, promptId, promptOf, renderMessages } from '../../src/prompts/index.js';
import { labelWords } from '../../src/task/task.js';
import { readTask } from '../../src/task/task-file.js';
import { scratchFolder } from '../helpers/cli.js';

const SPAM = `name: spam
labels: { positive: spam, negative: ok }
policy: policy.md
data: { text: body, label: verdict, map: { abusive: spam, "n/a": null } }
`;

function taskFile(content: string, files: Readonly<Record<string, string>> = {}) {
  const folder = scratchFolder();
  mkdirSync(folder, { recursive: true });
  const all = { 'task.yaml': content, 'policy.md': 'Unasked advertising.\n', ...files };
  for (const [name, text] of Object.entries(all)) writeFileSync(join(folder, name), text);
  return join(folder, 'task.yaml');
}

describe('a task file', () => {
  it('says what is labelled, by which policy, in which columns', () => {
    const task = readTask(taskFile(SPAM));
    expect(task).toMatchObject({
      name: 'spam',
      labels: { positive: 'spam', negative: 'ok' },
      policy: { text: 'Unasked advertising.' },
      data: { text: 'body', label: 'verdict' },
    });
    const words = labelWords(task);
    expect(['spam', 'ok', 'abusive', 'n/a', 'yes', '0'].map((word) => words.get(word))).toEqual([
      'positive',
      'negative',
      'positive',
      null,
      'positive',
      'negative',
    ]);
    expect(words.has('toxic')).toBe(false);
  });

  it('keeps the built-in labels and policy where it names none', () => {
    const task = readTask(taskFile('name: chats\ndata: { text: body }\n'));
    expect(task).toMatchObject({ policy: 'built-in', labels: { positive: 'toxic' } });
  });

  it('takes yes, no and numbers for names', () => {
    const task = readTask(taskFile('name: t\nlabels: { positive: yes, negative: 0 }\n'));
    expect(task.labels).toEqual({ positive: 'yes', negative: '0' });
    expect(labelWords(task).get('0')).toBe('negative');
  });

  it.each([
    ['name: a\nlabel: x\n', 'line 2: there is no key "label"'],
    ['labels: { positive: a, negative: b }\n', '"name" is missing'],
    ['name: a\nlabels: { positive: a, negative: A }\n', 'line 2: both labels are "a"'],
    ['name: a\n\nlabels: { positive: a.b, negative: c }\n', 'line 3: "labels.positive" is "a.b"'],
    ['name: a\nlabels: [a, b]\n', 'line 2: "labels" is ["a","b"]'],
    ['name: a\ndata:\n  map:\n    x: rude\n', 'line 4: "rude" is no label of the task'],
    ['name: a\nprompt: p.md\n', 'line 2: the prompt has {{text}} 0 times'],
    ['name: a\nprompt: twice.md\n', 'line 2: the prompt has {{text}} 2 times'],
    ['name: a\nanswers: { "/(/": toxic }\n', 'line 2: Invalid regular expression'],
    ['name: a\npolicy: none.md\n', 'names a policy that is not there'],
    ['name: a\npolicy: empty.md\n', 'line 2: empty.md is empty'],
    ['name: [\n', 'line 2: '],
    ['', '"name" is missing'],
  ])('is refused with its line: %j', (content, message) => {
    const files = { 'p.md': 'hi', 'twice.md': '{{text}} {{text}}', 'empty.md': '\n' };
    expect(() => readTask(taskFile(content, files))).toThrow(message);
  });

  it('that is not there is said to be not there', () => {
    expect(() => readTask('/nowhere/task.yaml')).toThrow('there is no task file');
  });
});

const systemOf = (modelId: string, path: string) =>
  renderMessages(promptOf(formatFor(modelId), readTask(path)), 'hello')
    .map(({ content }) => content)
    .join('\n');

describe('a policy', () => {
  it.each(['gpt-4.1', 'gpt-oss-safeguard:20b', 'shieldgemma:2b', 'granite-guardian-4'])(
    'stands where the built-in one does: %s',
    (modelId) => {
      const asked = systemOf(modelId, taskFile(SPAM));
      expect(asked).toContain('Unasked advertising.');
      expect(asked).toContain('spam');
      expect(asked).not.toMatch(/toxic|chatbot/i);
    },
  );

  it('is a part of the id of its prompt', () => {
    const idOf = (policy: string) =>
      promptId(promptOf(formatFor('gpt'), readTask(taskFile(SPAM, { 'policy.md': policy }))));
    expect(idOf('a')).toMatch(/^moderator@[0-9a-f]{12}$/);
    expect(new Set([idOf('a'), idOf('b'), idOf('b\n')]).size).toBe(2);
  });

  it('is needed where a model is asked in words of ours', () => {
    const path = taskFile('name: spam\nlabels: { positive: spam, negative: ok }\n');
    expect(() => systemOf('gpt-4.1', path)).toThrow('the task spam has no policy');
    expect(systemOf('llama-guard3', path)).toBe('hello');
  });
});

describe('a prompt of the user', () => {
  const prompt = 'Is this spam?\n<<{{text}}>>\nSay 1 or 0.';
  const content = `name: spam
labels: { positive: spam, negative: ok }
prompt: prompt.md
answers: { "1": spam, "0": ok, "/verdict: (spam|junk)/i": spam }
`;
  const ask = () =>
    promptOf(formatFor('gpt-4.1'), readTask(taskFile(content, { 'prompt.md': prompt })));

  it('is filled once, and what it is filled with is never filled', () => {
    const text = 'a {{text}} $& $1 {{text}}';
    expect(renderMessages(ask(), text)).toEqual([
      { role: 'user', content: `Is this spam?\n<<${text}>>\nSay 1 or 0.` },
    ]);
  });

  it.each([
    ['1', 'positive'],
    [' 0.\n', 'negative'],
    ['Verdict: JUNK', 'positive'],
  ])('reads the answer %j', (reply, label) => {
    expect(ask().parse(reply)).toEqual({ outcome: 'answered', label });
  });

  it.each(['spam', '10', 'verdict: spam and more', 'a verdict: spam', '', '1\n0'])(
    'does not understand %j',
    (reply) => {
      expect(ask().parse(reply)).toEqual({ outcome: 'unparseable' });
    },
  );

  it('has an id that changes with what its answers mean', () => {
    const swapped = content.replace('"1": spam, "0": ok', '"1": ok, "0": spam');
    const other = readTask(taskFile(swapped, { 'prompt.md': prompt }));
    expect(promptId(promptOf(formatFor('gpt'), other))).not.toBe(promptId(ask()));
  });
});

describe('the rows of a file of ones own', () => {
  const csv = 'body,verdict\nbuy now,abusive\nhello,no\nhm,n/a\n';

  it('are read by the columns and the words of the task', async () => {
    const path = taskFile(SPAM, { 'rows.csv': csv });
    const dataset = await openDataset(path.replace('task.yaml', 'rows.csv'), {
      task: readTask(path),
    });
    const rows: [string, string | null][] = [];
    for await (const { text, label } of dataset.rows()) rows.push([text, label]);
    expect(rows).toEqual([
      ['buy now', 'positive'],
      ['hello', 'negative'],
      ['hm', null],
    ]);
  });

  it('are refused before anything is asked where a label is none, with the lines to paste', async () => {
    const path = taskFile(SPAM, { 'rows.csv': `${csv}x,junk\ny,?\nz,junk\n` });
    const opened = openDataset(path.replace('task.yaml', 'rows.csv'), { task: readTask(path) });
    await expect(opened).rejects.toMatchObject({
      message: expect.stringContaining('"verdict" holds what is no label: "junk" (2), "?" (1)'),
      hint: expect.stringContaining(
        '    map:\n      "junk": spam | ok | null\n      "?": spam | ok | null',
      ),
    });
    // Pasted unread they mean nothing, so that no row gets a label by mistake.
    const hint = await opened.then(
      () => '',
      (error: UserError) => error.hint ?? '',
    );
    const lines = hint.slice(hint.indexOf('  data:\n')).replace(/^ {2}/gm, '');
    const pasted = SPAM.replace(/^data:.*$/m, () => lines);
    expect(() => readTask(taskFile(pasted))).toThrow('"spam | ok | null" is no label of the task');
  });
});
