import type { ModelResult } from '../../analysis/report/model.js';
import type { Report } from '../../analysis/report/report.js';
import { contendersOf, teacherOf } from '../../analysis/roles.js';
import { formatCount } from '../../format.js';
import { mistakesInWords } from '../mistakes.js';
import { bestFirst, evaluationTitle, findings } from '../words.js';
import { html, type Markup } from './markup.js';

export function titleOf(report: Report): string {
  const names = contendersOf(report).map(({ name }) => name);
  const contenders = names.length > 2 ? `${names.length} contenders` : names.join(' and ');
  const teacher = teacherOf(report)?.name;
  return teacher === undefined ? contenders : `${contenders} compared with ${teacher}`;
}

/** What the page is of and what was found of the best contender, with all that limits it. */
export function lead(report: Report): Markup {
  const [finding] = findings(report);
  const [best] = bestFirst(report);
  return html`<p class="over">${evaluationTitle(report)} of ${report.data.file}, ${report.created_at.slice(0, 10)}</p>
<h1>${titleOf(report)}</h1>
<p class="finding">${finding} ${best && mistakesInWords(report, best)}</p>
${caveats(report, best)}`;
}

/** What limits the finding, right beneath it: all figures first, then those of the model. */
function caveats(report: Report, best: ModelResult | undefined): Markup | null {
  const notes = [...report.notes, ...(best ? notesOf(best) : [])];
  const others = notesOnOthers(report).length;
  if (notes.length + others === 0) return null;
  const more = html`<li><a href="#limits">${formatCount(others)} more on the other models</a></li>`;
  return html`<div class="caveats" role="note"><p>What limits these figures:</p><ul>${notes.map((note) => html`<li>${note}</li>`)}${others > 0 && more}</ul></div>`;
}

/** What was found of the other contenders; nothing where there is one. */
export function otherFindings(report: Report): Markup[] {
  const [, ...others] = findings(report);
  return others.map((finding) => html`<p>${finding}</p>`);
}

/** The limitations of the figures of all other models; null where there are none. */
export function limits(report: Report): Markup | null {
  const notes = notesOnOthers(report);
  return notes.length === 0 ? null : html`<ul>${notes.map((note) => html`<li>${note}</li>`)}</ul>`;
}

function notesOnOthers(report: Report): string[] {
  const [best] = bestFirst(report);
  return report.models.filter((model) => model !== best).flatMap(notesOf);
}

const notesOf = ({ name, notes }: ModelResult) => notes.map((note) => `${name}: ${note}`);
