import { setTimeout as pause } from 'node:timers/promises';

/** A promise to be resolved from outside. */
export function gate() {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Waits for what tells of itself in no other way, such as a file; the test's timeout is the limit. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await pause(5);
}
