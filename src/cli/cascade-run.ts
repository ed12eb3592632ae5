import type { CascadeOptions, CascadeSummary } from '../cascade.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { CascadeFlags } from './cascade-flags.js';
import { renderCascade, renderCascadeSummary } from './cascade-summary.js';
import { LongWork } from './long-work.js';
import type { Session } from './main.js';
import { openNamedEmbedder } from './named-embedder.js';
import { showReading } from './reading.js';
import { commandStyle, readPrices, type Setup, taskOf, withSetup } from './setup.js';

/** Chooses a cascade as the flags say, and tells what came of it. */
export function runCascade(flags: CascadeFlags, session: Session): Promise<ExitCode> {
  return withSetup(flags, session, async (setup) => {
    const summary = await choose(flags, setup);
    if (summary === undefined) {
      session.note('stopped early: no cascade was written');
      return EXIT.interrupted;
    }
    session.print(renderCascade(summary));
    session.note(renderCascadeSummary(summary, commandStyle(setup.env, flags.task)));
    return summary.cascade ? EXIT.done : EXIT.belowGate;
  });
}

/** @returns undefined when interrupted */
async function choose(flags: CascadeFlags, setup: Setup): Promise<CascadeSummary | undefined> {
  const { cascade } = await import('../cascade.js');
  const { recall, precision, ...others } = flags;
  const { session } = setup;
  const { signal } = session;
  const work = new LongWork(session);
  const options: CascadeOptions = {
    ...others,
    aim: { recall, precision },
    task: await taskOf(flags),
    prices: readPrices(flags),
    signal,
    identifyTeacher: (name) => identifyTeacher(name, flags, setup),
    openEmbedder: (id) => {
      const [provider = '', ...model] = id.split(':');
      return openNamedEmbedder({ provider, model: model.join(':') }, setup);
    },
  };
  try {
    return await cascade(options, {
      onRead: showReading(session, undefined, work),
      onScore: (done, total) => work.update('scoring', done, { total, unit: 'rows' }),
    });
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  } finally {
    work.stop();
  }
}

/** What a model is that nothing is asked of, so that it needs no key. */
async function identifyTeacher(name: string, flags: CascadeFlags, { env, transport }: Setup) {
  const { openModel } = await import('../models/index.js');
  return openModel(name, { env, transport, task: await taskOf(flags), withoutKey: true });
}
