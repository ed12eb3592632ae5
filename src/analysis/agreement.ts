import { kappa } from '../metrics/binary.js';
import type { BootstrapOptions } from '../metrics/bootstrap.js';
import { type Labels, NO_LABEL } from '../rows/labels.js';
import { type ClusterOf, clusteredTable, type Table } from './clusters.js';
import { accuracyFigure, estimateAll, resampledFigure } from './figures.js';
import type { ModelResult } from './report/model.js';

type Agreement = NonNullable<ModelResult['agreement']>;

/** Three columns of labels over the rows of one file. */
export interface Judges {
  readonly contender: Labels;
  readonly teacher: Labels;
  readonly human: Labels;
  readonly clusterOf: ClusterOf;
}

/**
 * The agreement of contender, teacher and human labels, two by two and all three, on the rows that
 * the contender answered. Where none of them has a human label, the parts about it are null.
 */
export function agreementOf(
  { contender, teacher, human, clusterOf }: Judges,
  options: BootstrapOptions,
): Agreement {
  const teacherOnAnswered = teacher.map((label, row) =>
    contender[row] === NO_LABEL ? NO_LABEL : label,
  );
  const between = (truth: Labels, said: Labels) =>
    agreementFigures(clusteredTable(truth, said, clusterOf), options);
  const isJudged = contender.some((label, row) => label !== NO_LABEL && human[row] !== NO_LABEL);
  return {
    with_teacher: between(teacher, contender),
    with_human: isJudged ? between(human, contender) : null,
    teacher_with_human: isJudged ? between(human, teacherOnAnswered) : null,
    three_way: isJudged ? threeWay({ contender, teacher, human }) : null,
  };
}

function agreementFigures(table: Table, options: BootstrapOptions) {
  const agreement = accuracyFigure(table, options.confidence);
  return {
    agreement,
    kappa: resampledFigure(estimateAll(table, { kappa }, options).kappa, agreement.n),
  };
}

/** There are two labels, so where the three do not agree, exactly one is alone. */
function threeWay({
  contender,
  teacher,
  human,
}: Omit<Judges, 'clusterOf'>): NonNullable<Agreement['three_way']> {
  const counts = { all_agree: 0, contender_alone: 0, teacher_alone: 0, human_alone: 0 };
  contender.forEach((label, row) => {
    if (label === NO_LABEL || human[row] === NO_LABEL) return;
    const agreesWithTeacher = label === teacher[row];
    const agreesWithHuman = label === human[row];
    if (agreesWithTeacher && agreesWithHuman) counts.all_agree += 1;
    else if (agreesWithTeacher) counts.human_alone += 1;
    else if (agreesWithHuman) counts.teacher_alone += 1;
    else counts.contender_alone += 1;
  });
  return counts;
}
