import type { Report } from '../../analysis/report/report.js';
import { teacherOf } from '../../analysis/roles.js';
import { formatCount } from '../../format.js';
import { escapeLines } from '../../text.js';
import { mostInstructive } from './instructive.js';
import { html, jsonBlock, type Markup } from './markup.js';

/**
 * The disagreements as data; the page's script shows them a page at a time.
 * Texts are escaped here, so that the script only places plain text.
 */
export function rowBrowser(report: Report): Markup {
  const { disagreements, data, models, rows, settings, task } = report;
  if (disagreements.length === 0) {
    return html`<p>The human labels and all models agree on every row.</p>`;
  }
  const names = models.map(({ name }) => name);
  const listed = mostInstructive(report);
  const payload = {
    truth: settings.truth,
    labels: { '1': escapeLines(task.labels.positive), '0': escapeLines(task.labels.negative) },
    models: models.map(({ name, role }) => ({ name: escapeLines(name), role })),
    // One array a row: index, text, human label, truth, a code per model, a score per model.
    rows: listed.map(({ row, index, input, human, scores }) => [
      index,
      escapeLines(input),
      human === null ? '?' : human === 'positive' ? '1' : '0',
      rows.truth[row] ?? '?',
      names.map((name) => rows.said[name]?.[row] ?? '-').join(''),
      names.map((name) => scores[name] ?? null),
    ]),
  };
  return html`<p>The human labels${teacherOf(report) && ', the teacher'} and the contenders do not all agree on ${formatCount(disagreements.length)} of ${formatCount(data.rows)} rows. The texts may be offensive: each is hidden until you open it.</p>
${
  listed.length < disagreements.length &&
  html`<p class="note">Listed are the ${formatCount(listed.length)} most instructive of them: the clearest misses and false alarms of each model, and rows without a label. The CSV report has every row.</p>
`
}<p class="note on-paper">Of these rows, those whose text was open stand here; the CSV report has every row.</p>
<noscript><p class="note">A script lists these rows, and scripts are not allowed to run here. The CSV report has every row.</p></noscript>
<div id="browser" hidden>
<form id="filters" role="search" aria-label="Rows">
<label>Show <select id="kind"><option value="">all disagreements</option>${names.map(
    (name, i) =>
      html`<optgroup label="${name}"><option value="${i}:missed">missed by ${name}</option><option value="${i}:alarm">false alarms of ${name}</option><option value="${i}:none">no label from ${name}</option></optgroup>`,
  )}</select></label>
<label>Human label <select id="human"><option value="">any</option><option value="1">${report.task.labels.positive}</option><option value="0">${report.task.labels.negative}</option><option value="?">none</option></select></label>
<label class="grow">Text contains <input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<button type="button" id="open-all" aria-pressed="false">Open all texts on this page</button>
</form>
<p id="status" role="status"></p>
<div class="scroll" role="region" tabindex="0" aria-label="Disagreements"><table id="rows" role="table" aria-label="Disagreements"><thead role="rowgroup"><tr role="row"></tr></thead><tbody role="rowgroup"></tbody></table></div>
<nav aria-label="Pages"><button type="button" id="previous">Previous</button> <button type="button" id="next">Next</button></nav>
</div>
${jsonBlock('row-data', payload)}`;
}
