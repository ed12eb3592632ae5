import { randomBytes } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { z } from 'zod';
import { systemCode } from '../errors.js';

const ownerSchema = z.object({
  pid: z.int().positive(),
  /** When the process started, in clock ticks since the boot: a later one may have its id. */
  started: z.string().nullable(),
  /** Where the id means a process: one boot of one machine, and there one container. */
  place: z.string(),
  /** Tells this taking of a lock from every other. */
  key: z.string(),
});

/** Who took a lock. */
export type Owner = z.infer<typeof ownerSchema>;

/** `unknown` where the process cannot be seen from here: on another machine, in a container. */
export type OwnerState = 'alive' | 'dead' | 'unknown';

/** Keys of locks that this process holds. */
const held = new Set<string>();

/** This process, about to take a lock. */
export function newOwner(): Owner {
  const key = randomBytes(6).toString('hex');
  held.add(key);
  return { pid: process.pid, started: startOf(process.pid), place: currentPlace(), key };
}

/** Forgets a lock that this process does not hold any more. */
export function forgetOwner({ key }: Owner): void {
  held.delete(key);
}

/** @returns null for a text that is no owner: cut off, say, on a full disk */
export function parseOwner(text: string): Owner | null {
  try {
    return ownerSchema.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

/** Whether the process that took a lock still runs; its id alone may be another's by now. */
export function stateOf({ pid, started, place, key }: Owner): OwnerState {
  if (held.has(key)) return 'alive';
  if (place !== currentPlace()) return 'unknown';
  if (!isRunning(pid)) return 'dead';
  const startedNow = startOf(pid);
  if (started !== null && startedNow !== null) return started === startedNow ? 'alive' : 'dead';
  return pid === process.pid ? 'dead' : 'unknown';
}

/** The id of this boot and of the namespace of process ids; elsewhere than on Linux, the host. */
function currentPlace(): string {
  const boot = readOrNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  const processes = readOrNull(() => readlinkSync('/proc/self/ns/pid'));
  return boot === null ? hostname() : `${boot} ${processes}`;
}

/** Field 22 of /proc/<pid>/stat (proc(5)); the second, in brackets, may hold blanks and brackets. */
function startOf(pid: number): string | null {
  const stat = readOrNull(() => readFileSync(`/proc/${pid}/stat`, 'utf8'));
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null;
}

function readOrNull(read: () => string): string | null {
  try {
    return read();
  } catch {
    return null;
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM'; // It runs, but is another user's.
  }
}
