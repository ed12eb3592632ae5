/** The peer that evaluates models too. It is measured where PROMPTFOO names its script. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { datasetTexts, makeLabels } from './made-files.js';
import { measureNode, projectFile } from './process.js';
import type { SpeedRow, Workplace } from './row.js';
import { startServer } from './server.js';

const ROWS = 2_000;
const IN_FLIGHT = '64';

/** Only what it takes to ask and to compare: no cache, no table, no store, nothing sent elsewhere. */
const QUIET = ['--no-cache', '--no-table', '--no-write', '--no-progress-bar'];
const ALONE = {
  PROMPTFOO_DISABLE_TELEMETRY: '1',
  PROMPTFOO_DISABLE_UPDATE: '1',
  PROMPTFOO_DISABLE_REMOTE_GENERATION: '1',
  PROMPTFOO_DISABLE_DEBUG_LOG: '1',
  PROMPTFOO_DISABLE_ERROR_LOG: '1',
};

/** The same texts, each of which the server says is not toxic. */
function writeConfig(folder: string, origin: string): string {
  const provider = {
    id: 'openai:chat:teacher',
    config: { apiBaseUrl: `${origin}/v1`, apiKey: 'none', temperature: 0, max_tokens: 5 },
  };
  const tests = Array.from(datasetTexts(ROWS), (text) => ({
    vars: { text },
    assert: [{ type: 'equals', value: 'not toxic' }],
  }));
  const path = join(folder, 'promptfooconfig.json');
  const prompts = ['Is this text toxic? {{text}}'];
  writeFileSync(path, JSON.stringify({ prompts, providers: [provider], tests }));
  return path;
}

async function open({ folder }: Workplace, script: string) {
  const labels = makeLabels(folder, ROWS, {
    name: 'labels.jsonl',
    model: 'teacher',
    scores: false,
  });
  const { origin, close } = await startServer(0);
  const config = writeConfig(folder, origin);
  Object.assign(process.env, ALONE, { PROMPTFOO_CONFIG_DIR: join(folder, 'promptfoo') });
  const peer = ['eval', '-c', config, '-j', IN_FLIGHT, '-o', join(folder, 'out.json'), ...QUIET];
  const evaluate = [projectFile('dist/bin/evaluate.js'), '-m', 'small', '--eval-file', labels];
  const where = ['--base-url', `${origin}/v1`, '--concurrency', IN_FLIGHT];
  return {
    anchor: () => measureNode([script, ...peer], folder),
    ours: () => {
      rmSync(join(folder, 'outputs'), { recursive: true, force: true });
      return measureNode([...evaluate, ...where], folder);
    },
    close,
  };
}

/** None where it is not installed. */
export function promptfooRows(script: string | undefined): SpeedRow[] {
  if (script === undefined) return [];
  return [
    {
      name: 'promptfoo',
      what: 'evaluate, 2,000 rows, a server at 0 ms, 64 in flight',
      anchor: '`promptfoo eval` of the same texts',
      figure: 'rate',
      goal: 10,
      limit: 3,
      open: (place) => open(place, script),
    },
  ];
}
