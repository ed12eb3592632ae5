import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { readEnv } from '../env.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { CachedEmbedder } from '../student/embedding-store.js';
import type { TrainSummary } from '../train.js';
import { LongWork } from './long-work.js';
import type { Session } from './main.js';
import { openNamedEmbedder } from './named-embedder.js';
import { showReading } from './reading.js';
import { commandStyle, taskOf, withSetup } from './setup.js';
import type { TrainFlags } from './train-flags.js';
import { type Following, renderTrainingReport, renderTrainSummary } from './train-summary.js';

/** What a training works with. */
interface TrainRun {
  readonly session: Session;
  readonly work: LongWork;
  readonly embedder?: CachedEmbedder;
}

/** Trains as the flags say, and tells what came of it. */
export function runTrain(
  flags: TrainFlags,
  session: Session,
  openEmbedder = openNamedEmbedder,
): Promise<ExitCode> {
  const { embeddings } = flags;
  const work = new LongWork(session);
  if (!embeddings) return trainAndReport(flags, { session, work });
  return withSetup(flags, session, async (setup) => {
    const { openCachedEmbedder } = await import('../student/embedding-store.js');
    const embedder = await openCachedEmbedder(await openEmbedder(embeddings, setup), {
      onRead: showReading(session, undefined, work),
      onSend: (sent, total) => work.update('embedding', sent, { total, unit: 'texts' }),
    });
    try {
      return await trainAndReport(flags, { session, work, embedder });
    } finally {
      embedder.close();
    }
  });
}

async function trainAndReport(flags: TrainFlags, run: TrainRun): Promise<ExitCode> {
  const { session, embedder } = run;
  const summary = await trained(flags, run);
  if (summary === undefined) {
    session.note('stopped early: no student was written; run the same command again');
    return EXIT.interrupted;
  }
  if (summary.trained) session.print(renderTrainingReport(summary.trained.student));
  session.note(
    renderTrainSummary(summary, {
      commandStyle: commandStyle(readEnv(flags.envFile, session.env), flags.task),
      evalFile: evalFileOf(flags, summary),
      wantsTest: flags.testFraction === undefined ? !flags.exclude : flags.testFraction > 0,
      embedded: embedder?.count(),
    }),
  );
  return EXIT.done;
}

/**
 * What to evaluate on next: the rows that were set aside, or a file that was excluded, or else one
 * that is not trained on.
 */
function evalFileOf(
  { exclude, trainFile }: TrainFlags,
  { test }: TrainSummary,
): Following['evalFile'] {
  if (test?.file != null) {
    const hasHuman = test.rows.some(({ true_label }) => true_label !== null);
    return { path: test.file, exists: true, ...(hasHuman ? {} : { trueLabels: 'teacher' }) };
  }
  const [excluded] = exclude ?? [];
  if (excluded !== undefined) return { path: excluded, exists: true };
  const isTaken = resolve(trainFile) === resolve('outputs/test.jsonl');
  const path = isTaken ? 'outputs/eval.jsonl' : 'outputs/test.jsonl';
  return { path, exists: existsSync(path) };
}

/** @returns undefined when interrupted */
async function trained(
  flags: TrainFlags,
  { session, work, embedder }: TrainRun,
): Promise<TrainSummary | undefined> {
  const { train } = await import('../train.js');
  const { prune = false } = flags;
  try {
    return await train(
      {
        ...flags,
        task: await taskOf(flags),
        exportTo: flags.export ? { out: flags.export, prune } : undefined,
        studentTo: flags.student,
        embedder,
        signal: session.signal,
      },
      {
        onRead: showReading(session, undefined, work),
        onFit: (done, total) => work.update('train', done, { total, unit: 'fits' }),
      },
    );
  } catch (error) {
    if (session.signal.aborted) return undefined;
    throw error;
  } finally {
    work.stop();
  }
}
