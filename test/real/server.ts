import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A server that somebody else wrote, in a process of its own. */
export interface RealServer {
  /** Base URL, ending in /v1. */
  readonly url: string;
  readonly port: number;
  /** Ends it at once, as a crash does. */
  kill(): Promise<void>;
}

/**
 * Starts a server and waits until it answers.
 *
 * @param args - its arguments, for the port that it is to listen on at 127.0.0.1
 * @param port - default: a free one
 */
export async function startServer(
  program: string,
  args: (port: number) => readonly string[],
  port?: number,
): Promise<RealServer> {
  const at = port ?? (await freePort());
  // Threads that wait for each other by spinning would take the cores from what they wait for.
  const env = { ...process.env, OMP_WAIT_POLICY: 'passive' };
  const child = spawn(program, args(at), { stdio: ['ignore', 'pipe', 'pipe'], env });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-4_000);
    });
  }
  const url = `http://127.0.0.1:${at}/v1`;
  while (!(await answers(`${url}/models`))) {
    if (hasEnded(child)) throw new Error(`${program} has ended: ${said}`);
    await sleep(500);
  }
  return { url, port: at, kill: () => kill(child) };
}

/** Any answer will do: a gateway wants a key. */
const answers = (url: string) =>
  fetch(url).then(
    () => true,
    () => false,
  );

const hasEnded = ({ exitCode, signalCode }: ChildProcess) =>
  exitCode !== null || signalCode !== null;

async function kill(child: ChildProcess): Promise<void> {
  if (hasEnded(child)) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('there is no free port');
  return address.port;
}
