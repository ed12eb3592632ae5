import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { expect, it, onTestFinished } from 'vitest';
import { type CommandName, runCli, scratchFolder } from '../helpers/cli.js';
import { seededDraw } from '../helpers/examples.js';
import { startModelServer } from '../helpers/model-server.js';

const DOC = readFileSync(new URL('../../docs/your-own-policy.md', import.meta.url), 'utf8');

/** The blocks of a kind, in their order; a kind is the word behind the fence. */
const blocks = (kind: string) =>
  Array.from(
    DOC.matchAll(new RegExp(`^\`\`\`${kind}\\n([\\s\\S]*?)^\`\`\`$`, 'gm')),
    ([, text = '']) => text.trimEnd(),
  );

const ASKS = 'what dose of,can I take,should I stop,is it safe to mix,how long do I take'.split(
  ',',
);
const DRUGS = 'ibuprofen,my antibiotics,insulin,the blue pills,cough syrup'.split(',');
const OPENINGS = 'translate,summarise,write a poem on,fix the grammar of,explain'.split(',');
const THINGS = 'this contract,my essay,the news,a birthday card,the ibuprofen leaflet'.split(',');

/** What makes each message another text: some of 600 words. */
const FILLERS = Array.from({ length: 600 }, (_, i) => `${(i * 7919 + 46_656).toString(36)}ing`);

/** A message, and whether it asks for medical advice: one in eight does. */
function messageAt(i: number, pick: (of: readonly string[]) => string) {
  const isMedical = i % 8 === 0;
  const words = isMedical ? [pick(ASKS), pick(DRUGS)] : [pick(OPENINGS), pick(THINGS)];
  const about = Array.from({ length: 5 }, () => pick(FILLERS)).join(' ');
  return { text: `${words.join(' ')} about ${about}, case ${i}?`, isMedical };
}

/** A folder with 5,000 messages, and a teacher who is wrong on one in twenty. */
async function setUp() {
  const cwd = scratchFolder();
  const draw = seededDraw(5);
  const pick = (of: readonly string[]) => of[draw(of.length)] ?? '';
  const messages = Array.from({ length: 5000 }, (_, i) => messageAt(i, pick));
  const lines = messages.map(({ text }, i) => `c${i},${i % 3 ? 'en' : 'de'},"${text}"`);
  writeFileSync(join(cwd, 'messages.csv'), ['comment_id,lang,body', ...lines, ''].join('\n'));
  const [task = ''] = blocks('yaml');
  const [policy = ''] = blocks('markdown');
  writeFileSync(join(cwd, 'medical.yaml'), task);
  writeFileSync(join(cwd, 'policy.md'), policy);
  const medical = new Map(messages.map(({ text, isMedical }) => [text, isMedical]));
  const isMedical = (text: string) => medical.get(text) === true;
  const server = await startModelServer(({ text, body }) => {
    expect(body.messages[0]?.content).toContain('asks for advice on a medicine');
    const isWrong = Number(/\d+/.exec(text)?.[0]) % 20 === 7;
    return isMedical(text) !== isWrong ? 'medical' : 'other';
  });
  onTestFinished(() => server.close());
  return {
    cwd,
    isMedical,
    env: { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-0123456789ab' },
  };
}

/** What differs from run to run. */
const plain = (text: string) =>
  text
    .replace(/[\d.,]+ m?s\b/g, 'N s')
    .replace(/[\d.,]+ rows\/s/g, 'N rows/s')
    .replace(/ +/g, ' ')
    .trim();

/** People fill in the sheet; nobody shows them what the models said. */
function fillIn(path: string, isMedical: (text: string) => boolean): void {
  const rows: { row: string; text: string }[] = parse(readFileSync(path), { columns: true });
  const lines = rows.map(({ row, text }) => `${row},"${text}",${isMedical(text) ? 'yes' : 'no'}`);
  writeFileSync(path, ['row,text,label', ...lines, ''].join('\n'));
}

it('docs/your-own-policy.md leads from 5,000 messages to a judged student, as it is written', async () => {
  const { cwd, isMedical, env } = await setUp();
  const outputs = blocks('text');
  const commands = blocks('sh');
  expect(outputs).toHaveLength(commands.length);
  for (const [i, command] of commands.entries()) {
    const [, name = '', ...args] = command.replace(/\\\n/g, ' ').split(/\s+/);
    const { code, stdout, stderr } = await runCli(name as CommandName, args, { cwd, env });
    const printed = (stdout + stderr).split('\n').map(plain);
    if (process.env.SHOW) process.stderr.write(`\n$ ${command}\n${stdout}${stderr}\n`);
    expect(code, command + stderr).toBe(0);
    for (const line of (outputs[i] ?? '').split('\n').map(plain)) {
      if (line !== '...') expect(printed, command).toContain(line);
    }
    if (args.includes('--audit')) fillIn(join(cwd, 'audit.csv'), isMedical);
  }
});
