import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportSchema } from '../../src/analysis/report/report.js';
import { EXIT } from '../../src/errors.js';
import { chooseRenderer, REPORT_ENDINGS } from '../../src/reports/index.js';
import { readReport } from '../../src/reports/read.js';
import { openReports } from '../../src/reports/write.js';
import { scratchFolder } from '../helpers/cli.js';
import { makeReport } from '../helpers/report.js';

const input = makeReport({ rows: 60 });

describe('chooseRenderer', () => {
  it('knows five endings, in any case', () => {
    expect(REPORT_ENDINGS).toEqual(['.html', '.md', '.xml', '.csv', '.json']);
    expect(chooseRenderer('a/b/REPORT.Md')).toBe(chooseRenderer('report.md'));
  });

  it.each(['report', 'report.txt', 'report.json.gz', '.html', 'constructor'])(
    'refuses %s and names the five',
    (path) => {
      expect(() => chooseRenderer(path)).toThrow(
        expect.objectContaining({
          exitCode: EXIT.badInput,
          hint: expect.stringMatching(/\.html \(.*\.md \(.*\.xml \(.*\.csv \(.*\.json \(/),
        }),
      );
    },
  );
});

describe('openReports', () => {
  it('makes the folder at once, and the file when it is written', async () => {
    const path = join(scratchFolder(), 'new', 'deep', 'report.md');
    const [report] = openReports([path]);
    expect(existsSync(path)).toBe(false);
    await report?.write(input);
    expect(readFileSync(path, 'utf8')).toContain('## Toxicity evaluation');
    expect(readdirSync(join(path, '..'))).toEqual(['report.md']);
  });

  it('keeps the last report until the new one is whole', async () => {
    const path = join(scratchFolder(), 'report.json');
    const old = await chooseRenderer(path)(makeReport({ rows: 20 }));
    writeFileSync(path, old);
    const [report] = openReports([path]);
    expect(readFileSync(path, 'utf8')).toBe(old);
    await report?.write(input);
    report?.discard();
    expect(await readReport(path)).toEqual(input.report);
  });

  it.each(REPORT_ENDINGS)(
    'replace a %s report, and nothing else of that ending',
    async (ending) => {
      const path = join(scratchFolder(), `report${ending}`);
      for (const foreign of ['{"schema": "toxicity-distill/student"}\n', 'input,label\nhi,1\n']) {
        writeFileSync(path, foreign);
        expect(() => openReports([path])).toThrow(
          expect.objectContaining({
            message: `${path} is there already, and is not a report that this tool wrote`,
            exitCode: EXIT.badInput,
          }),
        );
        expect(readFileSync(path, 'utf8')).toBe(foreign);
      }
      for (const own of ['', await chooseRenderer(path)(input)]) {
        writeFileSync(path, own);
        for (const report of openReports([path])) report.discard();
      }
    },
  );

  it('leaves nothing where the run comes to nothing', () => {
    const folder = scratchFolder();
    for (const report of openReports([join(folder, 'a.md'), join(folder, 'b.csv')])) {
      report.discard();
    }
    expect(readdirSync(folder)).toEqual([]);
  });

  it('leaves nothing of a report that cannot be rendered', async () => {
    const folder = scratchFolder();
    const [report] = openReports([join(folder, 'report.json')]);
    const circular = { ...input, report: { ...input.report } };
    Object.assign(circular.report, { self: circular.report });
    await expect(report?.write(circular)).rejects.toThrow('circular');
    expect(readdirSync(folder)).toEqual([]);
  });

  it('opens none where one cannot be opened', () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'folder.md'));
    const paths = [join(folder, 'a.md'), join(folder, 'folder.md')];
    expect(() => openReports(paths)).toThrow('is a folder');
    expect(readdirSync(folder)).toEqual(['folder.md']);
    writeFileSync(join(folder, 'file'), '');
    expect(() => openReports([join(folder, 'file', 'a.md')])).toThrow('cannot write');
    expect(() => openReports([join(folder, 'a.md'), join(folder, '.', 'a.md')])).toThrow(
      'two reports would be written to',
    );
  });

  it('writes to the file that a link names, and keeps the link', async () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'real.md'), '## Toxicity evaluation\n');
    symlinkSync('real.md', join(folder, 'link.md'));
    const [report] = openReports([join(folder, 'link.md')]);
    await report?.write(input);
    expect(readFileSync(join(folder, 'real.md'), 'utf8')).toContain('Toxicity');
  });

  it.skipIf(process.getuid?.() === 0)('refuses a file it may not write', () => {
    const path = join(scratchFolder(), 'report.md');
    writeFileSync(path, 'old');
    chmodSync(path, 0o400);
    expect(() => openReports([path])).toThrow('EACCES');
  });
});

describe('readReport', () => {
  const written = (text: string) => {
    const path = join(scratchFolder(), 'baseline.json');
    writeFileSync(path, text);
    return readReport(path);
  };

  it('refuses what is no report, and says what is wrong', async () => {
    await expect(readReport(join(scratchFolder(), 'none.json'))).rejects.toThrow('cannot read');
    await expect(written('{')).rejects.toThrow('is not JSON');
    await expect(written('null')).rejects.toThrow('is not a report');
    await expect(written('{"schema":"other"}')).rejects.toThrow('"schema" is "other"');
    await expect(written(JSON.stringify({ ...input.report, version: 9 }))).rejects.toThrow(
      'is a report of version 9, not 3',
    );
    await expect(written(JSON.stringify({ ...input.report, models: [] }))).rejects.toThrow(
      '"models"',
    );
  });

  it('reads reports of version 2, which had the labels of toxicity in the keys', async () => {
    const { task: _, ...report } = input.report;
    const old = (excluded: boolean) =>
      JSON.stringify({
        ...report,
        version: 2,
        data: { ...report.data, seen: { file: 'train.jsonl', rows: 3, excluded } },
      })
        .replaceAll('"positive":', '"toxic":')
        .replaceAll('"negative":', '"not_toxic":')
        .replace(/"positive_(f1|rate)":/g, '"toxic_$1":')
        .replaceAll('"positive"', '"toxic"')
        .replaceAll('"negative"', '"not toxic"');
    expect(await written(old(true))).toEqual(input.report);
    expect((await written(old(false))).data.seen).toBeNull();
  });

  it('keeps hostile texts as they are', async () => {
    const text = await chooseRenderer('x.json')(input);
    expect(reportSchema.parse(JSON.parse(text))).toEqual(input.report);
  });
});
