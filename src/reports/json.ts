import type { ReportInput } from './input.js';

/** The analysis as it stands: what `--no-worse-than` reads back. */
export const render = ({ report }: ReportInput): string => `${JSON.stringify(report, null, 2)}\n`;
