/**
 * The anchor of a student: the n-grams of the texts of a label file (words, pairs of words, and 2 to 5
 * characters within a word) hashed with FNV-1a and counted, as often as is said, with nothing learned.
 */
import { readFileSync } from 'node:fs';

const [path, times] = process.argv.slice(2);
const texts = readFileSync(path, 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(line).input);

const extend = (hash, octet) => Math.imul(hash ^ octet, 0x01000193);
const bucketOf = (hash) => (hash >>> 16) ^ (hash & 0xffff);
const counts = new Uint32Array(65_536);

function addWords(octets) {
  let word = 0x811c9dc5;
  let pair = 0x811c9dc5;
  for (const octet of octets) {
    if (octet === 32) {
      counts[bucketOf(word)]++;
      counts[bucketOf(pair)]++;
      pair = extend(word, octet);
      word = 0x811c9dc5;
    } else {
      word = extend(word, octet);
      pair = extend(pair, octet);
    }
  }
}

function addCharacters(octets) {
  for (let start = 0; start < octets.length; start++) {
    let hash = extend(0x811c9dc5, octets[start]);
    for (let i = start + 1; i < Math.min(start + 5, octets.length); i++) {
      hash = extend(hash, octets[i]);
      counts[bucketOf(hash)]++;
      if (octets[i] === 32) break;
    }
  }
}

const utf8 = new TextEncoder();
for (let time = 0; time < Number(times); time++) {
  for (const text of texts) {
    const octets = utf8.encode(` ${text.toLowerCase()} `);
    addCharacters(octets);
    addWords(octets);
  }
}
if (counts.every((count) => count === 0)) throw new Error('no n-grams');
