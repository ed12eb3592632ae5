// Loaded before a command (`--import`), it records what the command asks of the disk: each call that
// changes files, names or folders, or syncs them, with its bytes. At the end they go to the file that
// DISK_CALLS names. Calls by which the commands write no output are not looked at.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { resolve } from 'node:path';

const calls = [];
const real = { ...fs };
const note = (call) => calls.push({ at: performance.now(), ...call });
let syncs = 0;

Object.assign(fs, {
  openSync(path, flags = 'r', mode) {
    const fd = real.openSync(path, flags, mode);
    note({ call: 'open', fd, path: resolve(String(path)), flags });
    return fd;
  },
  closeSync(fd) {
    real.closeSync(fd);
    note({ call: 'close', fd });
  },
  writeSync(fd, data, offset, length, position) {
    const written = real.writeSync(fd, data, offset, length, position);
    const isText = typeof data === 'string';
    const bytes = isText
      ? Buffer.from(data)
      : Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    const start = isText ? 0 : (offset ?? 0);
    note({ call: 'write', fd, bytes: bytes.toString('base64', start, start + written) });
    return written;
  },
  // It may write by a way of its own, which nobody sees.
  writeFileSync(file, data, options = {}) {
    const fd =
      typeof file === 'number' ? file : fs.openSync(file, options.flag ?? 'w', options.mode);
    const bytes = Buffer.from(data);
    for (let written = 0; written < bytes.length; ) written += fs.writeSync(fd, bytes, written);
    if (fd !== file) fs.closeSync(fd);
  },
  ftruncateSync(fd, length = 0) {
    real.ftruncateSync(fd, length);
    note({ call: 'truncate', fd, length });
  },
  fsyncSync(fd) {
    const sync = syncs++;
    note({ call: 'sync', fd, sync });
    real.fsyncSync(fd);
    note({ call: 'synced', sync });
  },
  fdatasync(fd, done) {
    const sync = syncs++;
    note({ call: 'sync', fd, sync });
    real.fdatasync(fd, (error) => {
      if (!error) note({ call: 'synced', sync });
      done(error);
    });
  },
  mkdirSync(path, options) {
    const first = real.mkdirSync(path, options);
    note({ call: 'mkdir', path: resolve(path) });
    return first;
  },
  linkSync(from, to) {
    real.linkSync(from, to);
    note({ call: 'link', from: resolve(from), to: resolve(to) });
  },
  renameSync(from, to) {
    real.renameSync(from, to);
    note({ call: 'rename', from: resolve(from), to: resolve(to) });
  },
  rmSync(path, options) {
    if (options?.recursive) throw new Error(`the removal of the folder ${path} is not recorded`);
    const isThere = real.existsSync(path);
    real.rmSync(path, options);
    if (isThere) note({ call: 'unlink', path: resolve(path) });
  },
});
syncBuiltinESMExports();

process.on('exit', () => real.writeFileSync(process.env.DISK_CALLS, JSON.stringify(calls)));
