import { expect, it, onTestFinished } from 'vitest';
import { runCli, scratchFolder } from '../helpers/cli.js';
import { type ModelServer, startModelServer } from '../helpers/model-server.js';
import { linesOf, type Paid, writtenBefore } from './paid.js';
import { longestSyncMs, type Recording, readTree, record, type Tree } from './recording.js';
import { answerAfter, hasNoLabel, SCENARIOS, type Scenario } from './scenarios.js';
import { type CrashState, crashStates, restore } from './states.js';

const SEED = 20_261_125;
/** A second, and what a busy machine adds; a slow disk adds the length of a sync. */
const SYNCED_AFTER_MS = 2_500;

it.each(Object.entries(SCENARIOS))(
  '%s: goes on from whatever a loss of power leaves',
  async (name, scenario) => {
    let waitMs = 0;
    const server = await startModelServer(answerAfter(() => waitMs));
    onTestFinished(() => server.close());
    const env = { OPENAI_BASE_URL: server.url, OPENAI_API_KEY: 'sk-test-0123456789abcdef' };
    const cwd = scratchFolder();
    await scenario.prepare(cwd, (args) => runCli(scenario.command, args, { cwd, env }));
    waitMs = 250;
    const recording = await record(scenario.command, scenario.args, { cwd, env });
    waitMs = 0;
    expect(recording.finished.code, recording.finished.stderr).toBe(0);

    let states = 0;
    let resumed = 0;
    const broken: unknown[] = [];
    for (const state of crashStates(recording, { drawn: scenario.drawn, seed: SEED })) {
      const wrong = [...brokenPromises(state, recording, scenario)];
      if (states % (scenario.every ?? 1) === 0) {
        wrong.push(...(await resume(state, { recording, scenario, server, env })));
        resumed += 1;
      }
      states += 1;
      if (wrong.length > 0)
        broken.push({
          calls: state.calls,
          after: recording.calls[state.calls - 1]?.call,
          wrong: wrong.slice(0, 3),
        });
      if (broken.length >= 5) break;
    }
    expect(broken).toEqual([]);
    process.stderr.write(`crash: ${name}: ${states} states, resumed from ${resumed}\n`);
  },
);

/** What a state lacks that was promised before the power was lost. */
function* brokenPromises(
  { tree, at, isOver }: CrashState,
  recording: Recording,
  { paid, whole }: Scenario,
): Generator<string> {
  const onDisk = new Set(linesOf(tree, paid).map(paid.keyOf));
  const agedMs = SYNCED_AFTER_MS + longestSyncMs(recording);
  const promised = writtenBefore(recording, isOver ? Infinity : at - agedMs, paid);
  for (const line of promised) {
    if (!onDisk.has(paid.keyOf(line))) yield `${paid.keyOf(line).slice(0, 8)} is lost`;
  }
  for (const path of whole) {
    const found = tree.files.get(path);
    const [before, after] = [recording.before.files.get(path), recording.after.files.get(path)];
    const isNew = after !== undefined && found?.equals(after) === true;
    const isOld = found === undefined ? before === undefined : before?.equals(found) === true;
    if (!isNew && (isOver || !isOld)) yield `${path} is neither old nor new`;
  }
}

interface Resuming {
  readonly recording: Recording;
  readonly scenario: Scenario;
  readonly server: ModelServer;
  readonly env: Record<string, string>;
}

/** Goes on from a state, and says what is wrong then: a failure, or a row lost, twice or paid twice. */
async function resume(
  { tree }: CrashState,
  { recording, scenario, server, env }: Resuming,
): Promise<string[]> {
  const { command, args, resume = args, paid, whole } = scenario;
  const cwd = scratchFolder();
  restore(tree, cwd);
  const onDisk = new Set(linesOf(withoutOld(tree), paid).map(paid.keyOf));
  const sentBefore = server.requests.length;
  const { code, stderr } = await runCli(command, resume, { cwd, env });
  const asked = server.requests.slice(sentBefore).flatMap(paid.keysOf);
  const after = readTree(cwd);
  const wrong = asked
    .filter((key) => onDisk.has(key))
    .map((key) => `${key.slice(0, 8)} is paid for twice`);
  // A run that asks for rows and gets no label at all ends with 3.
  if (code !== 0 && !(code === 3 && asked.every(hasNoLabel))) wrong.push(`exit ${code}: ${stderr}`);
  if (new Set(asked).size < asked.length) wrong.push('something was asked twice');
  const [rows, wanted] = [after, recording.after].map((each) => rowsIn(each, paid));
  if (JSON.stringify(rows) !== JSON.stringify(wanted)) {
    wrong.push(`the rows differ: ${rows?.length} for ${wanted?.length}`);
  }
  for (const path of whole) if (!after.files.has(path)) wrong.push(`${path} is not there`);
  return wrong;
}

/** The rows of a run, in one order and without what no two runs have in common. */
function rowsIn(tree: Tree, paid: Paid): unknown[] {
  return linesOf(withoutOld(tree), paid)
    .map(({ latency_ms, ...row }) => row)
    .sort((a, b) => (paid.keyOf(a) < paid.keyOf(b) ? -1 : 1));
}

/** Files that a run has renamed are not read by the next. */
const withoutOld = ({ files, folders }: Tree): Tree => ({
  files: new Map([...files].filter(([path]) => !/\.old-\d+$/.test(path))),
  folders,
});
