/**
 * Loaded into a command: the process kills itself at a step of the record of batches. `KILL_AT_STEP` is
 * `keys 2 after`: after the second file of keys has got its name; `removal` is of such a file.
 */
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [what, times, moment] = process.env.KILL_AT_STEP.split(' ');
const ENDINGS = { keys: '.keys', removal: '.keys', tracker: '.batches.json' };
const name = what === 'removal' ? 'rmSync' : 'renameSync';
const real = fs[name];
let seen = 0;
fs[name] = (...args) => {
  const path = String(what === 'removal' ? args[0] : args[1]);
  const isNow = path.endsWith(ENDINGS[what]) && ++seen === Number(times);
  if (isNow && moment === 'before') process.kill(process.pid, 'SIGKILL');
  real(...args);
  if (isNow && moment === 'after') process.kill(process.pid, 'SIGKILL');
};
syncBuiltinESMExports();
