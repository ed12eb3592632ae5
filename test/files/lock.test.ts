import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { EXIT } from '../../src/errors.js';
import { FileLock } from '../../src/files/lock.js';
import { newOwner, type Owner } from '../../src/files/lock-owner.js';
import { scratchFolder } from '../helpers/cli.js';
import { until } from '../helpers/gate.js';

const FAST = { beatMs: 5, watchMs: 50 };

/** A file with a lock beside it. */
function setUp(lock?: string) {
  const folder = scratchFolder();
  const file = join(folder, 'labels.jsonl');
  if (lock !== undefined) writeFileSync(`${file}.lock`, lock);
  return { folder, file, take: (more = {}) => FileLock.take(file, { ...FAST, ...more }) };
}

/** A lock that another process left, save for what is said of it. */
const lockOf = (more: Partial<Owner>) => JSON.stringify({ ...newOwner(), key: 'other', ...more });

const deadPid = () => spawnSync('true').pid;

describe('a lock', () => {
  it('is held by one, and leaves nothing behind', async () => {
    const { folder, take } = setUp();
    const lock = await take();
    await expect(take()).rejects.toThrow(`process ${process.pid} is writing`);
    expect(readdirSync(folder)).toEqual(['labels.jsonl.lock']);
    lock.release();
    expect(readdirSync(folder)).toEqual([]);
    (await take()).release();
  });

  it('is one, by whatever links its file is reached, there or not yet', async () => {
    const { folder, file, take } = setUp();
    const other = scratchFolder();
    symlinkSync(folder, join(other, 'linked'));
    symlinkSync(file, join(other, 'mine.jsonl'));
    const ways = [join(other, 'linked', 'labels.jsonl'), join(other, 'mine.jsonl')];
    for (const prepare of [() => {}, () => writeFileSync(file, '{}\n')]) {
      prepare();
      const lock = await take();
      for (const way of ways) {
        await expect(FileLock.take(way, FAST)).rejects.toThrow('is writing');
      }
      lock.release();
      for (const way of ways) {
        const held = await FileLock.take(way, FAST);
        await expect(take()).rejects.toThrow('is writing');
        held.release();
      }
    }
    expect(readdirSync(other)).toEqual(['linked', 'mine.jsonl']);
  });

  it('is beside a file in a folder that is not there yet', async () => {
    const { folder } = setUp();
    (await FileLock.take(join(folder, 'a/b/labels.jsonl'), FAST)).release();
    expect(readdirSync(join(folder, 'a/b'))).toEqual([]);
  });

  it.runIf(process.platform === 'linux')(
    'names the process that holds it, and how to be rid of it',
    async () => {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)']);
      onTestFinished(() => void child.kill());
      await once(child, 'spawn');
      const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
      const started = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
      const { file, take } = setUp(lockOf({ pid: child.pid ?? 0, started }));
      await expect(take()).rejects.toThrow(
        expect.objectContaining({
          exitCode: EXIT.badInput,
          message: `process ${child.pid} is writing ${file}`,
          hint: expect.stringContaining(`delete ${file}.lock`),
        }),
      );
    },
  );

  it.each([
    ['of a dead process', () => lockOf({ pid: deadPid() })],
    ['of a process whose id is now ours, as in a container', () => lockOf({ started: '1' })],
    ['of our id, with no time of start', () => lockOf({ started: null })],
    ['of a process whose id is now of another', () => lockOf({ pid: process.ppid, started: '1' })],
    ['of another boot', () => lockOf({ place: 'another' })],
    ['that is empty, as a full disk leaves it', () => ''],
    ['that is cut off', () => lockOf({}).slice(0, 20)],
  ])('%s is taken over', async (_, lock) => {
    const { folder, take } = setUp(lock());
    const taken = await take();
    expect(readdirSync(folder)).toEqual(['labels.jsonl.lock']);
    await expect(take()).rejects.toThrow('is writing');
    taken.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is a link to nothing is taken over, and nothing is written through it', async () => {
    const { folder, file, take } = setUp();
    symlinkSync(join(folder, 'nothing'), `${file}.lock`);
    (await take()).release();
    expect(readdirSync(folder)).toEqual([]);
  });

  it('that is a folder is an error, not a loop', async () => {
    const { file, take } = setUp();
    mkdirSync(`${file}.lock`);
    await expect(take()).rejects.toThrow(`cannot write ${file}.lock: EISDIR`);
  });
});

describe('the owner of a lock that cannot be seen from here', () => {
  it('is alive while it touches the lock', async () => {
    const { file, take } = setUp(lockOf({ place: 'another' }));
    const notes: string[] = [];
    const beating = setInterval(() => utimesSync(`${file}.lock`, Date.now(), Date.now()), 5);
    onTestFinished(() => clearInterval(beating));
    await expect(take({ onNote: (note: string) => notes.push(note) })).rejects.toThrow(
      `process ${process.pid} on another machine or in another container is writing ${file}`,
    );
    expect(notes).toEqual([`waiting 0.05 s to see whether a run elsewhere still writes ${file}`]);
  });

  it('learns that it was halted for too long', async () => {
    const { file, take } = setUp();
    const halted = await take();
    halted.assertHeld();
    writeFileSync(`${file}.lock`, lockOf({ place: 'another' }));
    await until(() => {
      try {
        halted.assertHeld();
        return false;
      } catch (error) {
        expect(error).toMatchObject({ exitCode: EXIT.couldNotFinish });
        return true;
      }
    });
    halted.release();
    expect(readFileSync(`${file}.lock`, 'utf8')).toContain('"other"');
  });

  it('touches it all the time', async () => {
    const { file, take } = setUp();
    const lock = await take();
    const { mtimeMs } = statSync(`${file}.lock`);
    await until(() => statSync(`${file}.lock`).mtimeMs > mtimeMs);
    lock.release();
  });
});

describe('a stale lock that several find', () => {
  it('is taken over by one, though another overtakes between reading and replacing it', async () => {
    const { folder, take } = setUp(lockOf({ pid: deadPid() }));
    let overtaker: FileLock | undefined;
    const late = take({
      beforeTakeover: async () => {
        overtaker = await take();
      },
    });
    await expect(late).rejects.toThrow('is writing');
    overtaker?.assertHeld();
    expect(readdirSync(folder)).toEqual(['labels.jsonl.lock']);
    overtaker?.release();
  });

  it('is free for the slower one when the faster is done by then', async () => {
    const { folder, take } = setUp(lockOf({ pid: deadPid() }));
    const late = await take({ beforeTakeover: async () => (await take()).release() });
    expect(readdirSync(folder)).toEqual(['labels.jsonl.lock']);
    late.release();
  });

  it('is taken over though one was killed while it did so', async () => {
    const stale = lockOf({ pid: deadPid() });
    const { folder, file, take } = setUp(stale);
    const mark = createHash('sha256').update(stale).digest('hex').slice(0, 12);
    writeFileSync(`${file}.lock.${mark}`, lockOf({ pid: deadPid(), key: 'killed' }));
    const lock = await take();
    expect(readdirSync(folder)).toEqual(['labels.jsonl.lock']);
    lock.release();
  });

  it('has one winner of many at once', async () => {
    const { folder, take } = setUp(lockOf({ pid: deadPid() }));
    const tries = await Promise.allSettled(
      Array.from({ length: 20 }, (_, i) => take({ beforeTakeover: () => pause(i % 4) })),
    );
    const won = tries.filter((each) => each.status === 'fulfilled');
    expect(won.length).toBe(1);
    won[0]?.value.release();
    expect(readdirSync(folder)).toEqual([]);
  });
});
