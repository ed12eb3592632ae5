import type { GateResult } from '../analysis/gates.js';
import type { Verdicts } from '../analysis/outcomes.js';
import type { Report } from '../analysis/report.js';
import type { JudgedRow } from '../records.js';

/** What a report is made of: the analysis, the rows behind it, and the results of the gates. */
export interface ReportInput {
  readonly report: Report;
  /** The rows of the evaluation file, in the order of `report.rows`. */
  readonly rows: readonly JudgedRow[];
  /** The verdicts of each contender on them, by its name in the report. */
  readonly verdicts: ReadonlyMap<string, Verdicts>;
  /** Undefined where no gate was set. */
  readonly gates?: readonly GateResult[] | undefined;
}
