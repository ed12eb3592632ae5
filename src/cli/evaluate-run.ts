import { parseGate } from '../analysis/gates.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { EvaluateCallbacks, EvaluateOptions, Evaluation } from '../evaluate.js';
import type { Model } from '../models/index.js';
import { runsHere } from '../models/kinds.js';
import { renderPlan } from '../reports/text-plan.js';
import type { Budget } from '../requests/budget.js';
import { runsOf } from '../run/attempts.js';
import { TOXICITY } from '../task/task.js';
import { concludeAudit } from './audit-summary.js';
import { renderEstimate } from './cost-lines.js';
import { type EvaluateFlags, htmlReport, policyOf } from './evaluate-flags.js';
import { concludeEvaluate } from './evaluate-summary.js';
import type { Session } from './main.js';
import { openFile } from './open-file.js';
import { batchOf } from './options.js';
import type { Progress } from './progress.js';
import { showReading } from './reading.js';
import { rowCallbacks } from './row-callbacks.js';
import {
  defaultModel,
  howToGoOn,
  type ModelSettings,
  openBudget,
  openNamedModel,
  readPrices,
  type Setup,
  taskOf,
  withSetup,
} from './setup.js';

/** Judges models as the flags say, and tells what came of it. */
export function runEvaluate(
  flags: EvaluateFlags,
  argv: readonly string[],
  session: Session,
): Promise<ExitCode> {
  return withSetup(flags, session, async (setup) => {
    const budget = openBudget(flags);
    const options = await optionsOf(flags, setup, budget);
    if (flags.plan !== undefined) await printPlan(options, flags, session);
    if (flags.dryRun) return dryRun(options, session);
    if (flags.plan !== undefined) return EXIT.done;
    const evaluation = await evaluated(options, flags, session);
    const goOn = howToGoOn('evaluate', argv, setup.env);
    const code = concludeEvaluate(evaluation, { flags, budget, goOn, session });
    concludeAudit(evaluation, argv, setup);
    const isShown = flags.open && evaluation.written.length > 0;
    if (isShown) openFile(htmlReport(flags) ?? '', session.note);
    return code;
  });
}

async function optionsOf(
  flags: EvaluateFlags,
  setup: Setup,
  budget: Budget | undefined,
): Promise<EvaluateOptions> {
  const { report, run, worseThan, audit, out, failUnder = [], failUnderBound = [] } = flags;
  const task = await taskOf(flags);
  const gates = [
    ...failUnder.map((text) => parseGate(text, 'value', task.labels)),
    ...failUnderBound.map((text) => parseGate(text, 'bound', task.labels)),
  ];
  const prices = readPrices(flags);
  return {
    ...flags,
    batch: batchOf(flags),
    task,
    onUnanswered: policyOf(flags.onUnanswered, task),
    models: await openModels(flags, { task, priceFile: prices, budget }, setup),
    runs: run,
    runsPerRow: flags.runs,
    audit: audit === undefined || out === undefined ? undefined : { labels: audit, out },
    prices,
    reports: report,
    gates,
    noWorseThan: worseThan === true ? undefined : worseThan,
    signal: setup.session.signal,
  };
}

async function openModels(
  flags: EvaluateFlags,
  given: Pick<ModelSettings, 'task' | 'priceFile' | 'budget'>,
  setup: Setup,
): Promise<Model[]> {
  const isPlanned = flags.plan !== undefined;
  const names =
    flags.modelName ?? (flags.run || isPlanned ? [] : [defaultModel(given.task, setup.env)]);
  const settings = { ...given, noSystemPrompt: !flags.systemPrompt };
  // A plan asks nothing, so it needs no key either.
  const asked = isPlanned ? { ...flags, dryRun: true as const } : flags;
  const { baseUrl: _, ...here } = asked;
  const isMixed = names.some(runsHere) && !names.every(runsHere);
  const models: Model[] = [];
  for (const name of names) {
    const own = isMixed && runsHere(name) ? here : asked;
    models.push(await openNamedModel(name, own, setup, settings));
  }
  return models;
}

async function printPlan(
  options: EvaluateOptions,
  { plan: f1 }: EvaluateFlags,
  session: Session,
): Promise<void> {
  const { planEvaluate } = await import('../plan.js');
  const assumedF1 = f1 === true ? undefined : f1;
  session.print(
    renderPlan(await planEvaluate({ ...options, assumedF1 }, { onNote: session.note })),
  );
}

async function dryRun(options: EvaluateOptions, session: Session): Promise<ExitCode> {
  const { estimateEvaluate } = await import('../evaluate.js');
  const estimates = await estimateEvaluate(options, {
    onNote: session.note,
    onRead: showReading(session),
  });
  if (estimates.length === 0) session.print('no model is to be asked\n');
  for (const { model, estimate } of estimates) {
    session.print(renderEstimate(estimate, model));
    if (runsOf(model, options) > 1) {
      session.print(`each row is asked ${options.runsPerRow} times, and counts as often here\n`);
    }
  }
  return EXIT.done;
}

async function evaluated(
  options: EvaluateOptions,
  { verbose }: EvaluateFlags,
  session: Session,
): Promise<Evaluation> {
  const { evaluate } = await import('../evaluate.js');
  let progress: Progress | undefined;
  let total = 0;
  const callbacks: EvaluateCallbacks = {
    ...rowCallbacks({
      session,
      labels: (options.task ?? TOXICITY).labels,
      verbose: verbose ?? false,
      shown: () => ({ progress, total }),
    }),
    onModel({ id }, rows) {
      progress?.stop();
      total = rows;
      progress = session.startProgress(`evaluate ${id}`, {
        total,
        unit: 'rows',
        silent: verbose === true,
      });
    },
  };
  try {
    return await evaluate(options, callbacks);
  } finally {
    progress?.stop();
  }
}
