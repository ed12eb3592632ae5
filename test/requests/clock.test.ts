import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/requests/clock.js';

const HOUR_MS = 3_600_000;
const never = new AbortController().signal;

describe('systemClock', () => {
  it('waits as long as it is told', async () => {
    const started = systemClock.now();
    await systemClock.sleep(20, never);
    // A timer may be a millisecond early.
    expect(systemClock.now() - started).toBeGreaterThanOrEqual(19);
  });

  it('stops waiting when aborted, with the reason', async () => {
    const stop = new AbortController();
    const waiting = systemClock.sleep(HOUR_MS, stop.signal);
    stop.abort(new Error('stopped'));
    await expect(waiting).rejects.toThrow('stopped');
    await expect(systemClock.sleep(HOUR_MS, stop.signal)).rejects.toThrow('stopped');
  });

  it('calls back at a deadline, unless it is called off', async () => {
    const passed: string[] = [];
    systemClock.startDeadline(1, () => passed.push('called off'))();
    await new Promise<void>((resolve) => {
      systemClock.startDeadline(20, () => {
        passed.push('passed');
        resolve();
      });
    });
    expect(passed).toEqual(['passed']);
  });
});
