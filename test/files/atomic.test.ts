import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { EXIT } from '../../src/errors.js';
import { AtomicFile, writeAtomically } from '../../src/files/atomic.js';
import { scratchFolder } from '../helpers/cli.js';

describe('AtomicFile', () => {
  it('keeps what was there until it is committed', () => {
    const folder = scratchFolder();
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'old');
    const file = new AtomicFile(path);
    file.write('new ');
    file.write('text');
    expect(readFileSync(path, 'utf8')).toBe('old');
    file.commit();
    file.discard();
    expect(readFileSync(path, 'utf8')).toBe('new text');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('leaves nothing where it is discarded', () => {
    const folder = scratchFolder();
    const file = new AtomicFile(join(folder, 'a.txt'));
    file.write('new');
    file.discard();
    file.discard();
    expect(readdirSync(folder)).toEqual([]);
    expect(() => file.write('more')).toThrow('it is closed');
  });

  it('replaces the file that a link leads to, and keeps the link', () => {
    const folder = scratchFolder();
    writeFileSync(join(folder, 'real.txt'), 'old');
    symlinkSync('real.txt', join(folder, 'link.txt'));
    writeAtomically(join(folder, 'link.txt'), ['new']);
    expect(readFileSync(join(folder, 'real.txt'), 'utf8')).toBe('new');
    expect(
      readdirSync(folder, { withFileTypes: true }).map((entry) => entry.isSymbolicLink()),
    ).toEqual([true, false]);
  });

  it('says before the work what cannot be written', () => {
    const folder = scratchFolder();
    mkdirSync(join(folder, 'sub'));
    writeFileSync(join(folder, 'file'), '');
    expect(() => new AtomicFile(join(folder, 'sub'))).toThrow(
      expect.objectContaining({
        exitCode: EXIT.badInput,
        message: expect.stringMatching(/is a folder$/),
      }),
    );
    expect(() => new AtomicFile(join(folder, 'file', 'a.txt'))).toThrow(
      expect.objectContaining({
        exitCode: EXIT.badInput,
        message: expect.stringMatching(/^cannot write/),
      }),
    );
  });
});

describe('writeAtomically', () => {
  it('passes on what making the chunks throws, and leaves the file as it was', () => {
    const folder = scratchFolder();
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'old');
    const chunks = function* () {
      yield 'new';
      throw new Error('no more');
    };
    expect(() => writeAtomically(path, chunks())).toThrow('no more');
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.txt']);
  });

  it('could not finish where the file cannot be written', () => {
    const path = join(scratchFolder(), 'file');
    writeFileSync(path, '');
    expect(() => writeAtomically(join(path, 'a.txt'), [])).toThrow(
      expect.objectContaining({ exitCode: EXIT.couldNotFinish }),
    );
  });
});
