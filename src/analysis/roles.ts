import type { ModelResult } from './report/model.js';
import type { Report } from './report/report.js';

/** The models that are compared with the teacher. */
export const contendersOf = ({ models }: Pick<Report, 'models'>): ModelResult[] =>
  models.filter(({ role }) => role === 'contender');

/** The model whose labels are in the evaluation file. */
export const teacherOf = ({ models }: Pick<Report, 'models'>): ModelResult | undefined =>
  models.find(({ role }) => role === 'teacher');

/** Whether any row has a true label, so that there is something to judge by. */
export const hasTruth = ({ data }: Pick<Report, 'data'>): boolean => data.without_truth < data.rows;
