export {
  type CascadeAnswer,
  type CascadeScorer,
  type OpenCascadeOptions,
  openCascade,
} from './cascade/open-cascade.js';
export { openScorer } from './student/open-scorer.js';
export type { Scorer } from './student/scorer.js';
