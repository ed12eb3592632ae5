import { spawn } from 'node:child_process';
import { checkGates, type Gate, type GateResult, parseGate } from '../analysis/gates.js';
import { noWorseThan } from '../analysis/no-worse-than.js';
import type { Report } from '../analysis/report.js';
import { UserError } from '../errors.js';
import type { Contender } from '../evaluate.js';
import type { EvalFile } from '../labels/eval-file.js';
import type { ReportInput, RowTexts } from '../reports/input.js';
import { readReport } from '../reports/read.js';
import { type OpenReport, openReports } from '../reports/write.js';
import type { EvaluateFlags } from './evaluate.js';
import type { Session } from './main.js';

const DEFAULT_MARGIN = 0.02;

/** Everything that is made of a finished evaluation, checked before anything is asked. */
export interface Outputs {
  readonly reports: readonly OpenReport[];
  readonly gates: readonly Gate[];
  readonly baseline: Report | undefined;
  readonly margin: number;
  /** The HTML report to be shown. */
  readonly toOpen: string | undefined;
}

/** @throws UserError when a gate, a baseline or the name of a report is not what it must be */
export async function openOutputs(flags: EvaluateFlags): Promise<Outputs> {
  const { report = [], failUnder = [], failUnderBound = [], worseThan, open } = flags;
  const baseline = worseThan === true ? undefined : worseThan;
  if (flags.margin !== undefined && baseline === undefined) {
    throw new UserError(`--margin ${flags.margin} goes with --no-worse-than`, {
      hint: 'name the report to compare with',
    });
  }
  const toOpen = report.find((path) => path.toLowerCase().endsWith('.html'));
  if (open && toOpen === undefined) {
    throw new UserError('--open shows an HTML report, and none is written', {
      hint: 'add --report outputs/report.html',
    });
  }
  const gates = [
    ...failUnder.map((text) => parseGate(text, 'value')),
    ...failUnderBound.map((text) => parseGate(text, 'bound')),
  ];
  return {
    gates,
    baseline: baseline === undefined ? undefined : await readReport(baseline),
    margin: flags.margin ?? DEFAULT_MARGIN,
    toOpen: open ? toOpen : undefined,
    reports: openReports(report),
  };
}

/** Holds the report against its gates and writes every file that was asked for. */
export async function writeOutputs(
  { reports, gates, baseline, margin, toOpen }: Outputs,
  {
    evalFile,
    report,
    contenders,
    session,
  }: { evalFile: EvalFile; report: Report; contenders: readonly Contender[]; session: Session },
): Promise<GateResult[]> {
  const results = [
    ...checkGates(report, gates),
    ...(baseline ? noWorseThan(report, baseline, margin) : []),
  ];
  const isGated = gates.length > 0 || baseline !== undefined;
  const input: ReportInput = {
    report,
    rows: rowTexts(evalFile, report, contenders),
    ...(isGated ? { gates: results } : {}),
  };
  for (const each of reports) {
    await each.write(input);
    session.note(`report      ${each.path}`);
  }
  if (toOpen !== undefined) show(toOpen, session);
  return results;
}

function rowTexts(
  { rows }: EvalFile,
  report: Report,
  contenders: readonly Contender[],
): RowTexts[] {
  const names = report.models.filter(({ role }) => role === 'contender').map(({ name }) => name);
  return rows.map(({ index, input, human, teacher }, row) => {
    const scores = contenders.flatMap(({ predictions }, i) => {
      const verdict = predictions.verdicts[row];
      const name = names[i];
      if (verdict?.outcome !== 'answered' || verdict.score === undefined || !name) return [];
      return [[name, verdict.score] as const];
    });
    return { index, input, human, teacher, scores: Object.fromEntries(scores) };
  });
}

const OPENERS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', ''],
};

function show(path: string, session: Session): void {
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, path], { stdio: 'ignore', detached: true });
  child.on('error', (error) => session.note(`note: cannot open ${path}: ${error.message}`));
  child.unref();
}
