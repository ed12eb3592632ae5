import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { originalRow, readRows, writeRows } from '../helpers/files.js';
import { startModelServer } from '../helpers/model-server.js';

interface SheetRow {
  readonly row: string;
  readonly text: string;
  readonly label: string;
}

interface Cell {
  readonly contender: string;
  readonly teacher: string;
  readonly rows: number;
  readonly drawn: number;
  readonly probability: number;
  readonly members: string[];
  readonly sheet: string[];
}

/** What is true of row i, what the teacher says of it, and what the contender says. */
const isPositive = (i: number) => i % 10 === 0;
const teacherSays = (i: number) => i % 10 === 0 || i % 25 === 3;
const contenderSays = (i: number) => (isPositive(i) ? i % 30 !== 0 : i % 17 === 5);

const textOf = (i: number) =>
  `${i % 40 === 0 ? '=SUM(1) ' : ''}text ${i}, ${contenderSays(i) ? 'ALARM' : 'calm'}\nsecond line`;
const toxicIn = (text: string) => isPositive(Number(/text (\d+)/.exec(text)?.[1]));

const ROWS = 600;
const rowsOf = (labelled: (i: number) => boolean) =>
  Array.from({ length: ROWS }, (_, i) =>
    originalRow(
      i,
      textOf(i),
      teacherSays(i) ? 'toxic' : 'not toxic',
      labelled(i) ? (isPositive(i) ? 'toxic' : 'not toxic') : null,
    ),
  );

async function setUp(labelled: (i: number) => boolean = (i) => i < 60) {
  const server = await startModelServer(({ text }) =>
    text.includes('ALARM') ? 'toxic' : 'not toxic',
  );
  onTestFinished(() => server.close());
  const cwd = scratchFolder();
  writeRows(join(cwd, 'eval.jsonl'), rowsOf(labelled));
  const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
  const args = ['-m', 'openai:small', '--eval-file', 'eval.jsonl', '--bootstrap', '500'];
  const evaluate = (...more: string[]) => runCli('evaluate', [...args, ...more], { cwd, env });
  const read = (name: string) => readFileSync(join(cwd, name), 'utf8');
  const readSheet = (name = 'audit.csv') => parse(read(name), { columns: true }) as SheetRow[];
  const readDraw = (name = 'audit.csv') =>
    JSON.parse(read(`${name}.draw.json`)) as { cells: Cell[] };
  /** Fills a sheet in as people would, a spreadsheet's way of saving it included. */
  const fill = (
    labelOf: (row: SheetRow, at: number) => string,
    { name = 'audit.csv', delimiter = ',' } = {},
  ) => {
    const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const lines = readSheet(name).map((row, at) =>
      [row.row, quoted(row.text), labelOf(row, at)].join(delimiter),
    );
    const head = ['row', 'text', 'label'].join(delimiter);
    writeFileSync(join(cwd, name), `\uFEFF${[head, ...lines].join('\r\n')}\r\n`);
  };
  const report = () => JSON.parse(read('report.json'));
  return { server, cwd, evaluate, read, readSheet, readDraw, fill, report };
}

const named = (said: string) => (said === 'positive' ? 'toxic' : 'not toxic');

const KEPT = 'outputs/eval.openai-small.jsonl';

/** The contender's answers to all rows, as `evaluate` keeps them. */
let answers: string | undefined;

/** As `setUp`, where the contender has answered already: the server is asked once for all tests. */
async function setUpAnswered(labelled?: (i: number) => boolean) {
  answers ??= await askAll();
  const made = await setUp(labelled);
  mkdirSync(join(made.cwd, 'outputs'));
  writeFileSync(join(made.cwd, KEPT), answers);
  return made;
}

async function askAll(): Promise<string> {
  const { evaluate, read } = await setUp();
  await evaluate();
  return read(KEPT);
}

const honest = ({ text }: SheetRow) => (toxicIn(text) ? 'toxic' : 'not toxic');
const AUDIT = ['--audit', '120', '--out', 'audit.csv'];

describe('evaluate --audit', () => {
  it('writes a shuffled sheet for people, without what the models said', async () => {
    const { evaluate, read, readSheet } = await setUp();
    const { code, stderr } = await evaluate(...AUDIT);
    answers = read(KEPT);
    expect(stderr).toContain('120 rows to label in audit.csv');
    expect(code).toBe(0);
    const sheet = readSheet();
    expect(read('audit.csv').split('\r\n', 1)).toEqual(['row,text,label']);
    expect(sheet).toHaveLength(120);
    expect(new Set(sheet.map(({ row }) => row)).size).toBe(120);
    expect(sheet.every(({ row, label }) => /^r[0-9a-f]{12}$/.test(row) && label === '')).toBe(true);
    expect(sheet.every(({ text }) => !text.startsWith('='))).toBe(true);
    const order = sheet.map(({ text }) => Number(/text (\d+)/.exec(text)?.[1]));
    expect(order.every((i) => i >= 60)).toBe(true);
    // Neither the file's order, nor one cell after the other.
    expect(order).not.toEqual(order.toSorted((a, b) => a - b));
    const alarms = order.map((i) => contenderSays(i));
    expect(alarms.slice(0, 60).filter(Boolean).length).toBeGreaterThan(5);
    expect(alarms.slice(60).filter(Boolean).length).toBeGreaterThan(5);
  });

  it('keeps the probabilities beside it, and says how many rows of which cells', async () => {
    const { evaluate, readSheet, readDraw } = await setUpAnswered();
    const { stderr } = await evaluate(...AUDIT);
    const { cells } = readDraw();
    expect(cells).toHaveLength(4);
    const open = Array.from({ length: ROWS }, (_, i) => i).slice(60);
    for (const cell of cells) {
      const wanted = open.filter(
        (i) =>
          contenderSays(i) === (cell.contender === 'positive') &&
          teacherSays(i) === (cell.teacher === 'positive'),
      );
      expect(cell.rows).toBe(wanted.length);
      expect(cell.drawn).toBeGreaterThanOrEqual(Math.min(20, cell.rows));
      expect(cell.probability).toBe(cell.drawn / cell.rows);
      expect(stderr).toContain(
        `${cell.drawn} of ${cell.rows} rows: contender ${named(cell.contender)}, teacher ${named(cell.teacher)}`,
      );
    }
    const most = cells.toSorted((a, b) => b.drawn - a.drawn)[0];
    expect(most).toMatchObject({ contender: 'negative', teacher: 'negative' });
    expect(cells.flatMap(({ sheet }) => sheet).sort()).toEqual(
      readSheet()
        .map(({ row }) => row.slice(1))
        .sort(),
    );
  });

  it('draws the same rows for the same seed, and more of them keep those', async () => {
    const { evaluate, readSheet } = await setUpAnswered();
    await evaluate(...AUDIT);
    await evaluate('--audit', '120', '--out', 'again.csv');
    await evaluate('--audit', '200', '--out', 'more.csv');
    await evaluate('--audit', '120', '--out', 'other.csv', '--seed', '5');
    const keys = (name: string) => readSheet(name).map(({ row }) => row);
    expect(keys('again.csv')).toEqual(keys('audit.csv'));
    expect(keys('audit.csv').filter((key) => !keys('more.csv').includes(key))).toEqual([]);
    expect(keys('other.csv').toSorted()).not.toEqual(keys('audit.csv').toSorted());
  });

  it('never overwrites a sheet, and says so before anything is asked', async () => {
    const { server, cwd, evaluate, read } = await setUp();
    writeFileSync(join(cwd, 'audit.csv'), 'hours of work');
    const { code, stderr } = await evaluate(...AUDIT);
    expect(code).toBe(2);
    expect(stderr).toContain('audit.csv is there already, and people may have filled it in');
    expect(stderr).toContain('--out');
    expect(read('audit.csv')).toBe('hours of work');
    expect(server.requests).toEqual([]);
  });

  it.each([
    [['--audit', '120'], '--audit and --out go together'],
    [['--out', 'audit.csv'], '--audit and --out go together'],
    [[...AUDIT, '-m', 'wordlist'], '--audit goes with one contender, and there are 2'],
  ])('refuses %j', async (flags, message) => {
    const { server, evaluate } = await setUp();
    const { code, stderr } = await evaluate(...flags);
    expect(stderr).toContain(`error: ${message}`);
    expect(code).toBe(2);
    expect(server.requests).toEqual([]);
  });

  it('carries the columns of the dataset along, behind the label', async () => {
    const { cwd, evaluate, read, readSheet } = await setUpAnswered();
    const columns = (i: number) => ({
      msg_id: `m${i}`,
      Label: 'x',
      ...(i % 2 ? { lang: '=1' } : {}),
    });
    const rows = rowsOf((i) => i < 60).map((row, i) => ({ ...row, columns: columns(i) }));
    writeRows(join(cwd, 'eval.jsonl'), rows);
    await evaluate(...AUDIT);
    expect(read('audit.csv').split('\r\n', 1)).toEqual(['row,text,label,msg_id,lang']);
    for (const row of readSheet() as (SheetRow & Record<'msg_id' | 'lang', string>)[]) {
      const i = Number(/text (\d+)/.exec(row.text)?.[1]);
      expect([row.msg_id, row.lang]).toEqual([`m${i}`, i % 2 ? "'=1" : '']);
    }
  });

  it('says why there are fewer rows than were asked for', async () => {
    const { evaluate } = await setUpAnswered((i) => i !== 500 && i !== 503);
    const { code, stderr } = await evaluate(...AUDIT);
    expect(stderr).toContain('audit       2 rows to label in audit.csv');
    expect(stderr).toContain('not 120: the others have a human label, and are not drawn\n');
    expect(stderr).not.toContain('0 of 0');
    expect(code).toBe(0);
  });

  it('refuses a file in which people have labelled every row', async () => {
    const { evaluate } = await setUp(() => true);
    const { code, stderr } = await evaluate(...AUDIT);
    expect(stderr).toContain('every row has a human label, so --audit has none to draw');
    expect(code).toBe(2);
  });

  it('works on kept answers, and on a file without any human label', async () => {
    const { cwd, readSheet, fill } = await setUpAnswered(() => false);
    const run = (...flags: string[]) =>
      runCli('evaluate', ['--run', KEPT, '--eval-file', 'eval.jsonl', ...flags], { cwd });
    const { code, stderr } = await run('--true-labels', 'teacher', ...AUDIT);
    expect(code).toBe(0);
    expect(readSheet()).toHaveLength(120);
    fill(honest);
    const [, next = ''] = /, then\n {12}evaluate (.*)\n/.exec(stderr) ?? [];
    expect(next).toBe(`--run ${KEPT} --eval-file eval.jsonl --human-labels audit.csv`);
    const read = await runCli('evaluate', next.split(' '), { cwd });
    expect(read.code).toBe(0);
    expect(read.stdout).toContain('All 600 rows, by the human labels of');
  });

  it('writes no sheet where the run could not finish', async () => {
    const { cwd } = await setUp();
    const server = await startModelServer(({ attempt, text }) =>
      attempt > 0 && text.includes('text 7,') ? { status: 401, json: { error: {} } } : 'not toxic',
    );
    onTestFinished(() => server.close());
    const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
    const { code } = await runCli(
      'evaluate',
      ['-m', 'openai:small', '--eval-file', 'eval.jsonl', ...AUDIT],
      { cwd, env },
    );
    expect(code).toBe(3);
    expect(existsSync(join(cwd, 'audit.csv'))).toBe(false);
    expect(existsSync(join(cwd, 'audit.csv.draw.json'))).toBe(false);
  });
});

describe('evaluate --human-labels', () => {
  it('gives figures for all rows by the probabilities of the draw', async () => {
    const { evaluate, fill, report, readDraw } = await setUpAnswered(() => false);
    await evaluate('--true-labels', 'teacher', ...AUDIT);
    fill(honest);
    const { code, stdout } = await evaluate(
      '--human-labels',
      'audit.csv',
      '--report',
      'report.json',
    );
    expect(code).toBe(0);
    const { models, data, notes } = report();
    expect(data.without_truth).toBe(ROWS - 120);
    const all = models[1].all_rows;
    expect(all).toMatchObject({ labelled: 120, rows: ROWS, f1: { interval: 'jeffreys', n: 120 } });
    // By hand: each cell's share of toxic rows, by how many rows it has.
    const [called, found, missed] = byHand(readDraw().cells);
    expect(all.precision.value).toBeCloseTo(found / called, 12);
    expect(all.recall.value).toBeCloseTo(found / (found + missed), 12);
    expect(all.f1.value).toBeCloseTo((2 * found) / (called + found + missed), 12);
    // What is true of all 600 rows.
    const truth = (2 * 40) / (called + 60);
    expect(all.f1.low).toBeLessThan(truth);
    expect(all.f1.high).toBeGreaterThan(truth);
    expect(all.width_of_human_only).toBeLessThan(1.05);
    expect(notes[0]).toContain('480 rows have no human label');
    expect(notes[0]).toContain('how likely its row was to be drawn');
    expect(stdout).toContain('All 600 rows, by the human labels of 120 of them');
    expect(stdout.replaceAll('\n', ' ')).toMatch(
      /small has a toxic F1 .* for all 600 rows, of which/,
    );
  });

  /** Rows called toxic, found and missed, from the cells and what is true of their sheet. */
  function byHand(cells: readonly Cell[]) {
    let [called, found, missed] = [0, 0, 0];
    const toxicOf = new Map(
      Array.from({ length: ROWS }, (_, i) => [keyOf.get(i) ?? '', isPositive(i)] as const),
    );
    for (const { contender, rows, drawn, sheet } of cells) {
      const toxic = (rows * sheet.filter((key) => toxicOf.get(key)).length) / drawn;
      if (contender === 'positive') {
        called += rows;
        found += toxic;
      } else missed += toxic;
    }
    return [called, found, missed] as const;
  }

  const keyOf = new Map<number, string>();
  beforeAll(async () => {
    const { rowKey } = await import('../../src/row-key.js');
    for (let i = 0; i < ROWS; i++) keyOf.set(i, rowKey(i, textOf(i)));
  });

  it('reads what people write, and what spreadsheets save', async () => {
    const words = {
      toxic: ['TOXIC', '1', 'Yes', 'true'],
      clean: ['Not  Toxic', '0', 'NO', 'False'],
    };
    const { evaluate, fill, report } = await setUpAnswered(() => false);
    await evaluate('--true-labels', 'teacher', ...AUDIT);
    fill(({ text }, at) => (toxicIn(text) ? words.toxic : words.clean)[at % 4] ?? '', {
      delimiter: ';',
    });
    const { code } = await evaluate('--human-labels', 'audit.csv', '--report', 'report.json');
    expect(code).toBe(0);
    expect(report().data.without_truth).toBe(ROWS - 120);
  });

  it('takes rows without a label yet to be missing at random, and says so', async () => {
    const { evaluate, fill, report } = await setUpAnswered(() => false);
    await evaluate('--true-labels', 'teacher', ...AUDIT);
    fill((row, at) => (at % 4 === 3 ? '' : honest(row)));
    await evaluate('--human-labels', 'audit.csv', '--report', 'report.json');
    const { models, notes } = report();
    expect(models[1].all_rows).toMatchObject({ labelled: 90, rows: ROWS });
    expect(notes[0]).toContain('30 rows of the audit have no label yet');
  });

  it('says which labels it cannot read, how many, and where', async () => {
    const { evaluate, fill } = await setUpAnswered();
    await evaluate(...AUDIT);
    fill((_, at) => ['maybe', 'toxic', '?', 'maybe'][at] ?? '');
    const { code, stderr } = await evaluate('--human-labels', 'audit.csv');
    // A text is two lines long, so that the rows begin at lines 2, 4, 6 and 8.
    expect(stderr).toContain('"maybe" (2: lines 2, 8); "?" (1: line 6)');
    expect(code).toBe(2);
  });

  it('refuses a sheet of other rows, and one that contradicts the file or another', async () => {
    const { cwd, evaluate } = await setUp();
    const sheet = (name: string, ...lines: string[]) =>
      writeFileSync(join(cwd, name), ['row,label', ...lines, ''].join('\n'));
    sheet('other.csv', 'r0123456789ab,toxic');
    sheet('a.csv', `r${keyOf.get(99)},toxic`);
    sheet('b.csv', `${keyOf.get(99)},0`);
    sheet('file.csv', `${keyOf.get(10)},no`);
    const said = async (...flags: string[]) => (await evaluate(...flags)).stderr;
    expect(await said('--human-labels', 'other.csv')).toContain(
      '1 of the 1 labelled rows of other.csv are not in eval.jsonl, such as "0123456789ab"',
    );
    expect(await said('--human-labels', 'a.csv', '--human-labels', 'b.csv')).toContain(
      'is toxic in a.csv and not toxic in b.csv',
    );
    expect(await said('--human-labels', 'file.csv')).toContain(
      'is toxic in the file and not toxic in file.csv',
    );
    expect(await said('--human-labels', 'none.csv')).toContain('cannot read none.csv');
  });

  it('says of an empty sheet, of one in UTF-16 and of one of another file what is wrong', async () => {
    const { cwd, evaluate, read, fill } = await setUpAnswered(() => false);
    await evaluate('--true-labels', 'teacher', ...AUDIT);
    const said = async (sheet: string) => (await evaluate('--human-labels', sheet)).stderr;
    expect(await said('audit.csv')).toBe(
      'error: audit.csv has no label yet: its column label is empty in all 120 rows\n  write toxic or not toxic into it, save it, and run this again\n',
    );
    fill(honest);
    const wide = Buffer.from(`\uFEFF${read('audit.csv')}`, 'utf16le');
    writeFileSync(join(cwd, 'wide.csv'), wide);
    expect(await said('wide.csv')).toContain('error: wide.csv is not valid UTF-8\n');
    writeRows(
      join(cwd, 'eval.jsonl'),
      Array.from({ length: 9 }, (_, i) => originalRow(i, `other ${i}`, 'toxic', null)),
    );
    expect(await said('audit.csv')).toContain(
      `it was drawn from eval.jsonl as of ${new Date().toISOString().slice(0, 10)}: name that file`,
    );
  });

  it('claims nothing by a sheet whose draw is not on record, nor by a draw of other rows', async () => {
    const { cwd, evaluate, read, readSheet, fill, report } = await setUpAnswered();
    await evaluate(...AUDIT);
    fill(honest);
    writeFileSync(join(cwd, 'renamed.csv'), read('audit.csv'));
    const { stderr } = await evaluate('--human-labels', 'renamed.csv', '--report', 'report.json');
    expect(stderr).toContain('how the rows of renamed.csv were drawn is not on record');
    expect(stderr).toContain('renamed.csv.draw.json must lie beside it');
    expect(report().models[1].all_rows).toBeNull();
    expect(readSheet()).toHaveLength(120);
    writeRows(join(cwd, 'eval.jsonl'), [
      ...rowsOf((i) => i < 60),
      originalRow(ROWS, 'one more', 'toxic', null),
    ]);
    await evaluate('--human-labels', 'audit.csv', '--report', 'report.json');
    expect(report().models[1].all_rows).toBeNull();
    expect(report().notes[0]).toContain('nothing is claimed for them');
  });

  it('reads sheets that follow each other as one', async () => {
    const { evaluate, fill, report } = await setUpAnswered();
    await evaluate(...AUDIT);
    fill(honest);
    const first = ['--human-labels', 'audit.csv'];
    await evaluate(...first, '--audit', '100', '--out', 'second.csv');
    fill(honest, { name: 'second.csv' });
    await evaluate(...first, '--human-labels', 'second.csv', '--report', 'report.json');
    const { models, data } = report();
    expect(data.without_truth).toBe(ROWS - 60 - 220);
    const all = models[1].all_rows;
    expect(all.labelled).toBe(280);
    const called = Array.from({ length: ROWS }, (_, i) => contenderSays(i)).filter(Boolean).length;
    const truth = (2 * 40) / (called + 60);
    expect(all.f1.low).toBeLessThan(truth);
    expect(all.f1.high).toBeGreaterThan(truth);
  });

  it('holds for a contender that has changed since the draw', async () => {
    const { cwd, evaluate, fill, report } = await setUpAnswered(() => false);
    await evaluate('--true-labels', 'teacher', ...AUDIT);
    fill(honest);
    const changed = (i: number) => (isPositive(i) ? i % 70 !== 0 : i % 19 === 2);
    writeRows(
      join(cwd, 'changed.jsonl'),
      readRows(join(cwd, 'eval.jsonl')).map((row, i) => ({
        ...row,
        prediction: changed(i) ? 'toxic' : 'not toxic',
      })),
    );
    await runCli(
      'evaluate',
      ['--run', 'changed.jsonl', '--eval-file', 'eval.jsonl', '--human-labels', 'audit.csv'].concat(
        ['--report', 'report.json'],
      ),
      { cwd },
    );
    const all = report().models[1].all_rows;
    const called = Array.from({ length: ROWS }, (_, i) => changed(i)).filter(Boolean).length;
    const found = Array.from({ length: ROWS }, (_, i) => isPositive(i) && changed(i)).filter(
      Boolean,
    );
    const truth = (2 * found.length) / (called + 60);
    expect(all.f1.low).toBeLessThan(truth);
    expect(all.f1.high).toBeGreaterThan(truth);
  });
});

describe('evaluate --human-sample', () => {
  it('claims nothing for rows without a human label until the user says how they were drawn', async () => {
    const { evaluate, report } = await setUpAnswered((i) => i % 4 === 1 || i % 20 === 0);
    const before = await evaluate('--report', 'report.json');
    expect(before.stdout).not.toContain('All rows');
    expect(before.stdout.match(/have no human label/g)).toHaveLength(1);
    expect(before.stdout).toContain(
      '420 rows have no human label, and nothing is claimed for them',
    );
    expect(before.stderr).toContain('--human-sample uniform');
    expect(report().models.map((model: { all_rows: unknown }) => model.all_rows)).toEqual([
      null,
      null,
    ]);
    const after = await evaluate('--human-sample', 'uniform', '--report', 'report.json');
    expect(after.stdout).toContain('All 600 rows, by the human labels of');
    expect(after.stderr).not.toContain('--human-sample');
    expect(report().models[1].all_rows).toMatchObject({ labelled: 180, rows: ROWS });
    const { f1, width_of_human_only: gain } = report().models[1].all_rows;
    const alone = report().models[1].figures.positive.f1;
    expect(gain).toBeCloseTo((f1.high - f1.low) / (alone.high - alone.low), 12);
  });

  it('has no figures for all rows where people have labelled every one', async () => {
    const { evaluate, report } = await setUpAnswered(() => true);
    const { stderr } = await evaluate('--human-sample', 'uniform', '--report', 'report.json');
    expect(report().models[1].all_rows).toBeNull();
    expect(stderr).not.toContain('--human-sample');
  });
});

describe('labels that are judged by people alone', () => {
  const ofItself = ['--run', 'labels.jsonl', '--eval-file', 'labels.jsonl'];

  /** Labels of one model, without a human label among them. */
  function setUpOwn() {
    const cwd = scratchFolder();
    writeRows(
      join(cwd, 'labels.jsonl'),
      rowsOf(() => false),
    );
    return { cwd, evaluate: (...flags: string[]) => runCli('evaluate', flags, { cwd }) };
  }

  it('draws rows, says nothing of figures, and judges by the filled sheet', async () => {
    const { cwd, evaluate } = setUpOwn();
    const drawn = await evaluate(...ofItself, '--audit', '60', '--out', 'audit.csv');
    expect(drawn.stderr).toContain('rows: toxic\n');
    expect(drawn).toMatchObject({ code: 0, stdout: '' });
    const sheet = join(cwd, 'audit.csv');
    const rows = parse(readFileSync(sheet, 'utf8'), { columns: true }) as SheetRow[];
    const filled = rows.map(({ row, text }) => `${row},,${toxicIn(text) ? 'toxic' : 'not toxic'}`);
    writeFileSync(sheet, `row,text,label\n${filled.join('\n')}\n`);
    const judged = await evaluate(...ofItself, '--human-labels', 'audit.csv');
    expect(judged.code).toBe(0);
    expect(judged.stdout.match(/^\S+ model .* scores:$/gm)).toHaveLength(1);
    expect(judged.stdout).toContain('All 600 rows, by the human labels of 60 of them');
  });

  it('draws no row that the student learned from, by the command that collect names', async () => {
    const cwd = scratchFolder();
    const run = (command: 'collect' | 'train' | 'evaluate', ...flags: string[]) =>
      runCli(command, flags, { cwd });
    writeRows(join(cwd, 'teacher.jsonl'), rowsOf(() => false).slice(0, 300));
    await run('train', '--train-file', 'teacher.jsonl', '--student', 's.json');
    const texts = Array.from({ length: ROWS }, (_, i) => ({ text: textOf(i), lang: 'en' }));
    writeRows(join(cwd, 'texts.jsonl'), texts);
    const out = ['--dataset', 'texts.jsonl', '--out', 'labels.jsonl'];
    const { stderr } = await run('collect', '-m', 'student:s.json', ...out);
    const next = '-m student:s.json --eval-file labels.jsonl --audit 100 --out audit.csv';
    expect(stderr).toContain(`next        draw rows for people to check: evaluate ${next}\n`);
    const drawn = await run('evaluate', ...next.split(' '));
    expect(drawn).toMatchObject({ code: 0, stdout: '' });
    expect(drawn.stderr).toContain('note: labels.jsonl has the labels of student:s');
    expect(drawn.stderr).not.toContain('not on record');
    const learned = new Set(
      readRows(join(cwd, 'teacher.jsonl'))
        .map(({ input }) => String(input))
        .filter(
          (input) =>
            !readFileSync(join(cwd, 's.test.jsonl'), 'utf8').includes(JSON.stringify(input)),
        ),
    );
    expect(learned.size).toBe(240);
    const rows = parse(readFileSync(join(cwd, 'audit.csv'), 'utf8'), {
      columns: true,
    }) as SheetRow[];
    expect(rows).toHaveLength(100);
    expect(rows.filter(({ text }) => learned.has(text))).toEqual([]);
    const judged = ['-m', 'student:s.json', '--eval-file', 'labels.jsonl'];
    const itself = await run('evaluate', ...judged, '--true-labels', 'teacher');
    expect(itself.stderr).toContain('those of student:s: judged by its own labels, no model errs');
    expect(itself.code).toBe(2);
    const filled = rows.map(({ row, text }) => `${row},${toxicIn(text) ? 'toxic' : 'not toxic'}`);
    writeFileSync(join(cwd, 'audit.csv'), `row,label\n${filled.join('\n')}\n`);
    const found = await run('evaluate', ...judged, '--human-labels', 'audit.csv');
    expect(found.code).toBe(0);
    expect(found.stdout).toContain('All 360 rows, by the human labels of 100 of them');
    expect(found.stdout.match(/^\S+ model .* scores:$/gm)).toHaveLength(1);
  });

  it('are not asked for again of the model that gave them, unless it is to be asked anew', async () => {
    const { server, cwd, evaluate } = await setUpAnswered((i) => i < 60);
    writeFileSync(join(cwd, 'kept.jsonl'), readFileSync(join(cwd, KEPT)));
    const own = await evaluate('--eval-file', 'kept.jsonl');
    expect(own.code).toBe(0);
    expect(server.requests).toEqual([]);
    expect(own.stdout.match(/scores:$/gm)).toHaveLength(1);
    const full = await evaluate('--eval-file', 'kept.jsonl', '--full');
    expect(full.stdout).not.toMatch(/teacher|Agreement/);
    const dry = await evaluate('--eval-file', 'kept.jsonl', '--dry-run');
    expect(dry.stdout).toBe('no model is to be asked\n');
    const anew = await evaluate('--eval-file', 'kept.jsonl', '--fresh', '--dry-run');
    expect(anew.stdout).toContain('600 to be asked');
  });

  it('refuses to judge them by themselves', async () => {
    const { evaluate } = setUpOwn();
    const { code, stderr } = await evaluate(...ofItself, '--true-labels', 'teacher');
    expect(stderr).toContain('judged by its own labels, no model errs');
    expect(code).toBe(2);
  });
});
