import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** One request to the hub: method, path, and the headers that matter. */
export interface HubRequest {
  readonly method: string;
  readonly path: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
}

export type HubFile = Buffer | ((request: IncomingMessage, response: ServerResponse) => void);

/** Serves files by path, with ranges, as the Hugging Face Hub does. */
export async function startHub(files: Record<string, HubFile>) {
  const requests: HubRequest[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    const { range, authorization } = request.headers;
    requests.push({ method: request.method ?? '', path, range, authorization });
    const file = files[path];
    if (typeof file === 'function') return file(request, response);
    if (!file) return response.writeHead(404).end('Entry not found');
    const [, from, to] = /^bytes=(\d+)-(\d*)$/.exec(range ?? '') ?? [];
    const part =
      from === undefined ? file : file.subarray(Number(from), to ? Number(to) + 1 : undefined);
    response.writeHead(from === undefined ? 200 : 206, { 'content-length': part.length });
    return response.end(request.method === 'HEAD' ? undefined : part);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/** A port where nothing listens. */
export async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
