import { spawnSync } from 'node:child_process';
import { realpathSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { scratchFolder } from '../helpers/cli.js';

const fileOf = (name: string) =>
  fileURLToPath(new URL(`../../dist/files/${name}`, import.meta.url));
const JSONL = fileOf('jsonl-writer.js');
const SCRIPT = `
const fs = require('node:fs');
const calls = [];
for (const name of ['fdatasync', 'fsyncSync', 'writeSync']) {
  const real = fs[name];
  fs[name] = (fd, ...more) => {
    calls.push(name + (fs.fstatSync(fd).isDirectory() ? ' folder' : ''));
    return real(fd, ...more);
  };
}
require('node:module').syncBuiltinESMExports();
(async () => {
  const { JsonlWriter } = await import(process.argv[1]);
  const writer = new JsonlWriter('a/b/rows.jsonl', 'n');
  for (let n = 0; n < 300; n += 1) writer.append({ n });
  await new Promise((resolve) => setTimeout(resolve, 1200));
  writer.append({ n: 300 });
  writer.close();
  console.log(JSON.stringify(calls.filter((name, i) => name !== calls[i - 1])));
})();
`;

it('syncs new folders, the new file, each 256 rows, each second, and the end', () => {
  const run = spawnSync(process.execPath, ['-e', SCRIPT, JSONL], {
    cwd: scratchFolder(),
    encoding: 'utf8',
  });
  expect([run.stderr, JSON.parse(run.stdout)]).toEqual([
    '',
    [
      'fsyncSync folder',
      'writeSync',
      'fdatasync',
      'writeSync',
      'fdatasync',
      'writeSync',
      'fsyncSync',
    ],
  ]);
});

it.runIf(process.platform === 'linux')('syncs the folders that a lock makes', () => {
  const script = `
const fs = require('node:fs');
const synced = [];
const { fsyncSync } = fs;
fs.fsyncSync = (fd) => {
  synced.push(fs.readlinkSync('/proc/self/fd/' + fd));
  fsyncSync(fd);
};
require('node:module').syncBuiltinESMExports();
(async () => {
  const { FileLock } = await import(process.argv[1]);
  (await FileLock.take('a/b/rows.jsonl')).release();
  console.log(JSON.stringify(synced));
})();
`;
  const cwd = realpathSync(scratchFolder());
  const run = spawnSync(process.execPath, ['-e', script, fileOf('lock.js')], {
    cwd,
    encoding: 'utf8',
  });
  expect([run.stderr, JSON.parse(run.stdout)]).toEqual(['', [join(cwd, 'a'), cwd]]);
});
