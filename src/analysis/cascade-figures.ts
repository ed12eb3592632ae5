import { driftOf } from '../cascade/drift.js';
import { formatCount, formatP, formatPercent } from '../format.js';
import { coded } from '../messages.js';
import { rowsWhere } from '../rows/column.js';
import type { Verdicts } from '../rows/verdicts.js';
import type { Verdict } from '../verdict.js';
import { proportion } from './figures.js';
import type { AnalysisContender } from './input.js';
import type { ModelResult } from './report/model.js';

/**
 * How a cascade came by its answers, and whether its rows are like those that it was calibrated on.
 *
 * @param facts - undefined where only its kept answers are known
 * @returns undefined where the model is no cascade
 */
export function cascadeOf(
  verdicts: Verdicts,
  facts: AnalysisContender['cascade'],
  confidence: number,
): ModelResult['cascade'] {
  if (!verdicts.isCascade) return undefined;
  const asked = [...rowsWhere(verdicts.length, (row) => verdicts.answeredBy(row) !== undefined)];
  if (asked.length === 0) return undefined;
  const by = (answerer: Verdict['answeredBy']) =>
    asked.filter((row) => verdicts.answeredBy(row) === answerer).length;
  const escalated = asked.length - by('student');
  const scores = asked.flatMap((row) => verdicts.studentScoreOf(row) ?? []);
  const drift = facts ? driftOf(facts.calibration, { scores, escalated }) : null;
  return {
    teacher: facts?.teacher ?? null,
    student: facts?.student ?? null,
    escalated: proportion(escalated, asked.length, confidence),
    stand_in: by('stand-in'),
    drift: drift && {
      calibrated_share: drift.calibrated,
      share_p: drift.shareP,
      score_distance: drift.distance,
      scores_p: drift.scoresP,
      differs: drift.differs,
    },
    promise: facts?.promise ?? null,
  };
}

/** What is to be said of a cascade beside its figures. */
export function cascadeNotes(
  { cascade }: Pick<ModelResult, 'cascade'>,
  positive: string,
): string[] {
  if (!cascade) return [];
  const { drift, promise, stand_in: standIn, escalated } = cascade;
  const notes: string[] = [];
  if (drift?.differs) {
    const nothing = promise ? ' Its promise is of rows like those, not of these.' : '';
    notes.push(
      coded(
        'cascade-drift',
        `These rows differ from those that it was chosen on: ${formatPercent(escalated.value)} of them go to the teacher, ${formatPercent(drift.calibrated_share)} there (p ${formatP(drift.share_p)}); distance of the score distributions ${formatPercent(drift.score_distance)} (p ${formatP(drift.scores_p)}).${nothing}`,
      ),
    );
  } else if (promise) notes.push(coded('cascade-promise', promiseInWords(promise, positive)));
  if (standIn > 0) {
    notes.push(
      coded(
        'stand-in',
        `For ${formatCount(standIn)} rows the teacher gave no label, and the student's was taken.`,
      ),
    );
  }
  return notes;
}

function promiseInWords(
  {
    recall,
    precision,
    confidence,
    truth,
  }: NonNullable<NonNullable<ModelResult['cascade']>['promise']>,
  positive: string,
): string {
  const aims = [
    ...(recall ? [`recall of at least ${recall.aim}`] : []),
    ...(precision ? [`precision of at least ${precision.aim}`] : []),
  ].join(' and ');
  const whose = truth === 'human' ? 'human labels' : "its teacher's labels";
  return `It was chosen to have a ${positive} ${aims} by ${whose}, with ${formatPercent(confidence, 2)} confidence, on rows like those that it was chosen on.`;
}
