import type { Report } from '../../analysis/report.js';
import { escapeLines } from '../../text.js';
import { grouped } from '../words.js';
import { html, jsonBlock, type Markup } from './markup.js';

/**
 * The rows that somebody disagrees on, as data; the page's script shows them a page at a time.
 * Texts are made harmless here, so that the script only ever places plain text.
 */
export function rowBrowser(report: Report): Markup {
  const { disagreements, data, models, rows, settings } = report;
  if (disagreements.length === 0) {
    return html`<p>The truth and all models agree on every row.</p>`;
  }
  const names = models.map(({ name }) => name);
  const payload = {
    truth: settings.truth,
    models: models.map(({ name, role }) => ({ name: escapeLines(name), role })),
    // One array a row: index, text, human label, truth, a code per model, a score per model.
    rows: disagreements.map(({ row, index, input, human, scores }) => [
      index,
      escapeLines(input),
      human === null ? '?' : human === 'toxic' ? '1' : '0',
      rows.truth[row] ?? '?',
      names.map((name) => rows.said[name]?.[row] ?? '-').join(''),
      names.map((name) => scores[name] ?? null),
    ]),
  };
  return html`<p>The truth, the teacher and the models do not all agree on ${grouped(disagreements.length)} of ${grouped(data.rows)} rows. The texts may be offensive: each stays closed until it is opened.</p>
<noscript><p class="note">These rows are listed by a script, which this page was not allowed to run. The CSV report (<code>--report rows.csv</code>) holds them all.</p></noscript>
<div id="browser" hidden>
<form id="filters" role="search" aria-label="Rows">
<label>Show <select id="kind"><option value="">all of them</option>${names.map(
    (name, i) =>
      html`<optgroup label="${name}"><option value="${i}:missed">missed by ${name}</option><option value="${i}:alarm">false alarms of ${name}</option><option value="${i}:none">no label from ${name}</option></optgroup>`,
  )}</select></label>
<label>People say <select id="human"><option value="">anything</option><option value="1">toxic</option><option value="0">not toxic</option><option value="?">nothing</option></select></label>
<label class="grow">Text contains <input id="search" type="search" autocomplete="off" spellcheck="false"></label>
<button type="button" id="open-all" aria-pressed="false">Open all texts on this page</button>
</form>
<p id="status" role="status"></p>
<div class="scroll" role="region" tabindex="0" aria-label="Rows that models disagree on"><table id="rows" role="table" aria-label="Rows that models disagree on"><thead role="rowgroup"><tr role="row"></tr></thead><tbody role="rowgroup"></tbody></table></div>
<nav aria-label="Pages"><button type="button" id="previous">Previous</button> <button type="button" id="next">Next</button></nav>
</div>
${jsonBlock('row-data', payload)}`;
}
