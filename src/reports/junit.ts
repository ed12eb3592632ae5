import { type GateResult, reasonWithRows } from '../analysis/gates.js';
import type { ModelResult } from '../analysis/report/model.js';
import { contendersOf } from '../analysis/roles.js';
import type { ReportInput } from './input.js';

/**
 * JUnit's XML, which CI servers show: one case per gate and model. Without gates each contender
 * has one case, that it was evaluated, because an empty suite is an error to some of them.
 */
export function render({ report, gates }: ReportInput): string {
  const suites = contendersOf(report).map((model) =>
    renderSuite(
      model,
      gates?.filter((gate) => gate.model === model.name),
      report.created_at,
    ),
  );
  const failed = gates?.filter(({ passed }) => !passed).length ?? 0;
  const tests = gates?.length ?? suites.length;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="toxicity-distill" tests="${tests}" failures="${failed}" errors="0">`,
    ...suites,
    '</testsuites>',
    '',
  ].join('\n');
}

function renderSuite(
  { name, table }: ModelResult,
  gates: readonly GateResult[] | undefined,
  createdAt: string,
): string {
  const failed = gates?.filter(({ passed }) => !passed).length ?? 0;
  const cases = gates?.map(renderCase) ?? [
    `    <testcase classname="${escapeXml(name)}" name="evaluated; no gate was set"/>`,
  ];
  return [
    `  <testsuite name="${escapeXml(name)}" tests="${cases.length}" failures="${failed}" errors="0" timestamp="${escapeXml(createdAt)}">`,
    ...cases,
    `    <system-out>${escapeXml(table)}</system-out>`,
    '  </testsuite>',
  ].join('\n');
}

function renderCase(gate: GateResult): string {
  const { model, name, passed, reason } = gate;
  const head = `    <testcase classname="${escapeXml(model)}" name="${escapeXml(name)}"`;
  if (passed) return `${head}/>`;
  const failure = `${model}: ${name}; ${reasonWithRows(gate)}`;
  return [
    `${head}>`,
    `      <failure message="${escapeXml(`${name}: ${reason}`)}" type="gate">${escapeXml(failure)}</failure>`,
    '    </testcase>',
  ].join('\n');
}

/** Safe between tags and between quotes; what XML 1.0 cannot hold, even as a reference, is dropped. */
export const escapeXml = (text: string): string =>
  text
    .replace(FORBIDDEN, '')
    .replace(/[&<>"'\r]/g, (character) => `&#${character.codePointAt(0)};`);

/** Outside XML 1.0's Char production, and controls that it advises against. */
const FORBIDDEN =
  /[^\t\n\r\x20-\x7e\u0085\u00a0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]|[\u202a-\u202e\u2066-\u2069]/gu;
