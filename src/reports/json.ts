import type { ReportInput } from './input.js';

/** The analysis, complete and unrounded: what a later run is compared with. */
export const render = ({ report }: ReportInput): string => `${JSON.stringify(report, null, 2)}\n`;
