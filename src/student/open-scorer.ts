import { compareChecksum, type FileKind, type LoadedFile, loadFile } from './loaded-file.js';
import { type Scorer, scorerOf } from './scorer.js';
import { toScoringModel } from './scoring-model.js';
import { RETRAIN } from './student-format.js';

const STUDENT: FileKind = { name: 'student', remedy: RETRAIN };

/**
 * Opens a student file to score texts, in Node, in a browser or in a worker. No dependency is
 * loaded, and only the opening is asynchronous.
 *
 * @param source - a string is the path of a file in Node, and a URL to fetch elsewhere; a `URL`
 *   object is fetched, except that Node reads `file:`; any other object is a parsed student file
 * @throws UserError with a message of one line when the file cannot be read or fetched, is not a
 *   student file, is of another version, or is damaged. The checksum is compared only where there
 *   is `crypto.subtle`; a page without HTTPS has none
 */
export async function openScorer(source: string | URL | object): Promise<Scorer> {
  return toScorer(await loadFile(source, STUDENT));
}

export const loadStudent = (source: string | URL | object): Promise<LoadedFile> =>
  loadFile(source, STUDENT);

export async function toScorer(file: LoadedFile): Promise<Scorer> {
  const scorer = scorerOf(toScoringModel(file.value, file.name), file.name);
  await compareChecksum(file, STUDENT);
  return scorer;
}
