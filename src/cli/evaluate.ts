import { parseGate } from '../analysis/gates.js';
import { EXIT, type ExitCode } from '../errors.js';
import type { EvaluateCallbacks, EvaluateOptions, Evaluation } from '../evaluate.js';
import type { Model } from '../models/index.js';
import { type Asked, countAsked, countUnanswered } from '../run/ask.js';
import { concludeAudit } from './audit-summary.js';
import { renderEstimate, renderSpent } from './cost-lines.js';
import { checkFlags, type EvaluateFlags, evaluateProgram, htmlReport } from './evaluate-flags.js';
import { concludeEvaluate } from './evaluate-summary.js';
import type { Session } from './main.js';
import { openFile } from './open-file.js';
import { type Progress, startProgress } from './progress.js';
import { openBudget, openNamedModel, readPrices, type Setup, withSetup } from './setup.js';
import { renderVerdict } from './verdict-line.js';

/** The `evaluate` command. */
export async function evaluateCommand(
  argv: readonly string[],
  session: Session,
): Promise<ExitCode> {
  const flags = evaluateProgram(session).parse(argv, { from: 'user' }).opts<EvaluateFlags>();
  checkFlags(flags);
  return withSetup(flags, session, async (setup) => {
    const options = await optionsOf(flags, setup);
    if (flags.dryRun) return dryRun(options, session);
    const evaluation = await runEvaluate(options, flags, session);
    const { written } = evaluation;
    for (const path of written) session.note(`report      ${path}`);
    if (flags.open && written.length > 0) openFile(htmlReport(flags) ?? '', session.note);
    const code = concludeEvaluate(evaluation, session);
    concludeAudit(evaluation, flags, setup);
    return code;
  });
}

async function optionsOf(flags: EvaluateFlags, setup: Setup): Promise<EvaluateOptions> {
  const { report, run, worseThan, audit, out, failUnder = [], failUnderBound = [] } = flags;
  const gates = [
    ...failUnder.map((text) => parseGate(text, 'value')),
    ...failUnderBound.map((text) => parseGate(text, 'bound')),
  ];
  const prices = readPrices(flags);
  return {
    ...flags,
    models: await openModels(flags, setup),
    runs: run,
    audit: audit === undefined || out === undefined ? undefined : { labels: audit, out },
    prices,
    reports: report,
    gates,
    noWorseThan: worseThan === true ? undefined : worseThan,
    signal: setup.session.signal,
  };
}

async function openModels(flags: EvaluateFlags, setup: Setup): Promise<Model[]> {
  const names = flags.modelName ?? (flags.run ? [] : ['wordlist']);
  const settings = {
    noSystemPrompt: !flags.systemPrompt,
    priceFile: readPrices(flags),
    budget: openBudget(flags),
  };
  const models: Model[] = [];
  for (const name of names) models.push(await openNamedModel(name, flags, setup, settings));
  return models;
}

async function dryRun(options: EvaluateOptions, session: Session): Promise<ExitCode> {
  const { estimateEvaluate } = await import('../evaluate.js');
  for (const { model, estimate } of await estimateEvaluate(options)) {
    session.print(renderEstimate(estimate, model));
  }
  return EXIT.done;
}

async function runEvaluate(
  options: EvaluateOptions,
  { verbose }: EvaluateFlags,
  session: Session,
): Promise<Evaluation> {
  const { evaluate } = await import('../evaluate.js');
  let progress: Progress | undefined;
  let total = 0;
  const update = (soFar: Asked) => progress?.update(rowsDone(soFar), detailsOf(soFar, total));
  const callbacks: EvaluateCallbacks = {
    onNote: session.note,
    onModel({ id }, rows) {
      progress?.stop();
      total = rows;
      progress = startProgress(`evaluate ${id}`, { total, unit: 'rows', silent: verbose === true });
    },
    onRow(sample, verdict, soFar) {
      if (verbose) session.note(renderVerdict(sample, verdict));
      update(soFar);
    },
    onSkip: update,
  };
  try {
    return await evaluate(options, callbacks);
  } finally {
    progress?.stop();
  }
}

const rowsDone = (soFar: Asked) => countAsked(soFar) + soFar.skipped;

/** What stands beside the bar. */
function detailsOf(soFar: Asked, total: number): (string | undefined)[] {
  const unanswered = countUnanswered(soFar);
  const { usage, cost } = soFar;
  const tokens = usage.prompt_tokens + usage.completion_tokens;
  return [
    unanswered > 0 ? `${unanswered} unanswered` : undefined,
    renderSpent(cost, { rowsLeft: Math.max(0, total - rowsDone(soFar)), tokens }),
  ];
}
