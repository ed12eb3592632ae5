/** Scores the texts of a label file with a student, as often as is said. */
import { readFileSync } from 'node:fs';
import { openScorer } from '../../dist/student.js';

const [student, path, times] = process.argv.slice(2);
const texts = readFileSync(path, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line).input);

const score = await openScorer(student);
let sum = 0;
for (let time = 0; time < Number(times); time++) {
  for (const text of texts) sum += score(text).score;
}
if (!(sum > 0)) throw new Error('no scores');
