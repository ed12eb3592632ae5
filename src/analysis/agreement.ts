import { type Counts, kappa, total } from '../metrics/binary.js';
import type { BootstrapOptions } from '../metrics/bootstrap.js';
import { estimateAll, proportion, resampledFigure } from './figures.js';
import { countTable, type Labels, NO_LABEL } from './outcomes.js';
import type { ModelResult } from './report.js';

type Agreement = NonNullable<ModelResult['agreement']>;

/** Three columns of labels over the rows of one file. */
export interface Judges {
  readonly contender: Labels;
  readonly teacher: Labels;
  readonly human: Labels;
}

/**
 * The agreement of contender, teacher and human labels, two by two and all three, on the rows that
 * the contender answered. Where none of them has a human label, the parts about it are null.
 */
export function agreementOf(
  { contender, teacher, human }: Judges,
  options: BootstrapOptions,
): Agreement {
  const teacherOnAnswered = teacher.map((label, row) =>
    contender[row] === NO_LABEL ? NO_LABEL : label,
  );
  const withHuman = countTable(human, contender);
  const isJudged = total(withHuman) > 0;
  return {
    with_teacher: agreementFigures(countTable(teacher, contender), options),
    with_human: isJudged ? agreementFigures(withHuman, options) : null,
    teacher_with_human: isJudged
      ? agreementFigures(countTable(human, teacherOnAnswered), options)
      : null,
    three_way: isJudged ? threeWay({ contender, teacher, human }) : null,
  };
}

function agreementFigures(counts: Counts, options: BootstrapOptions) {
  const n = total(counts);
  return {
    agreement: proportion(counts.tp + counts.tn, n, options.confidence),
    kappa: resampledFigure(estimateAll(counts, { kappa }, options).kappa, n),
  };
}

/** There are two labels, so where the three do not agree, exactly one is alone. */
function threeWay({ contender, teacher, human }: Judges): NonNullable<Agreement['three_way']> {
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
