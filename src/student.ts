export { openScorer } from './student/open-scorer.js';
export type { Scorer } from './student/scorer.js';
