import type { GateResult } from '../analysis/gates.js';
import type { Report } from '../analysis/report/report.js';
import type { RowList } from '../rows/table.js';
import type { VerdictList } from '../rows/verdicts.js';

/** What a report is made of: the analysis, the rows behind it, and the results of the gates. */
export interface ReportInput {
  readonly report: Report;
  /** The rows of the evaluation file, in the order of `report.rows`. */
  readonly rows: RowList;
  /** The verdicts of each contender on them, by its name in the report. */
  readonly verdicts: ReadonlyMap<string, VerdictList>;
  /** Undefined where no gate was set. */
  readonly gates?: readonly GateResult[] | undefined;
}
