import { connect } from 'node:tls';

const LONGEST_PROBE_MS = 2_000;

/** Whether a server that hangs up on plain HTTP speaks TLS on the same port. */
export function speaksTls(origin: string): Promise<boolean> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve) => {
    // Nothing is sent, so it does not matter who answers.
    const socket = connect({
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port) || 80,
      rejectUnauthorized: false,
    });
    const end = (isTls: boolean) => {
      socket.destroy();
      resolve(isTls);
    };
    socket.setTimeout(LONGEST_PROBE_MS, () => end(false));
    socket.once('secureConnect', () => end(true)).once('error', () => end(false));
  });
}
