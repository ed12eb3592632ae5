/** The anchor of whatever reads files of labels: `JSON.parse` of each line. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';

let rows = 0;
for (const path of process.argv.slice(2)) {
  for await (const line of createInterface({ input: createReadStream(path) })) {
    rows += JSON.parse(line) === null ? 0 : 1;
  }
}
if (rows === 0) throw new Error('no rows');
