/**
 * The page's style sheet. The hues of the series are Okabe and Ito's, made darker on white and
 * lighter on black until each stands out from the page at 3 to 1.
 *
 * https://jfly.uni-koeln.de/color/
 */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: #ffffff;
  --ink: #1a1c1f;
  --muted: #5b6168;
  --line: #d9dce0;
  --tint: #f4f5f7;
  --focus: #0060b0;
  --bad: #a33c00;
  --good: #00664a;
  --right: 0, 114, 178;
  --wrong: 213, 94, 0;
  --series-0: #3d4248;
  --series-1: #0072b2;
  --series-2: #c85500;
  --series-3: #008a65;
  --series-4: #b0558a;
  --series-5: #8a6d00;
  --series-6: #2b86bd;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --page: #15171a;
    --ink: #e8eaed;
    --muted: #a4abb3;
    --line: #363b41;
    --tint: #1f2226;
    --focus: #7cc0f5;
    --bad: #ff9d5c;
    --good: #4fd1a5;
    --right: 86, 180, 233;
    --wrong: 230, 120, 40;
    --series-0: #c9ced4;
    --series-1: #56b4e9;
    --series-2: #f08a3c;
    --series-3: #35c79a;
    --series-4: #e29cc6;
    --series-5: #e6c34a;
    --series-6: #8fd0f7;
  }
}
* { box-sizing: border-box; }
html { -webkit-text-size-adjust: 100%; }
body {
  margin: 0 auto;
  max-width: 72rem;
  padding: 2.5rem 1.25rem 4rem;
  background: var(--page);
  color: var(--ink);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  font-variant-numeric: tabular-nums;
  overflow-wrap: anywhere;
}
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { margin: 0 0 1.25rem; font-size: 1.75rem; font-weight: 650; letter-spacing: -0.01em; }
h2 { margin: 0 0 1rem; font-size: 1.25rem; font-weight: 650; }
h3 { margin: 0 0 0.5rem; font-size: 1rem; font-weight: 650; }
p { margin: 0 0 0.75rem; max-width: 46rem; }
section { margin-top: 3rem; padding-top: 1.5rem; border-top: 1px solid var(--line); }
.over { margin: 0 0 0.25rem; color: var(--muted); font-size: 0.875rem; }
.finding { max-width: 44rem; margin-bottom: 1rem; font-size: 1.25rem; line-height: 1.45; text-wrap: pretty; }
.caveats { max-width: 46rem; padding: 0.75rem 1rem; border-left: 3px solid var(--bad); background: var(--tint); font-size: 0.9375rem; }
.caveats p { margin: 0; font-weight: 600; }
ul { margin: 0.25rem 0 0; padding-left: 1.25rem; }
a { color: var(--focus); text-underline-offset: 0.15em; }
.contents { flex-wrap: wrap; gap: 0.125rem 1.25rem; font-size: 0.9375rem; }
.contents a { padding: 0.25rem 0; text-decoration-color: var(--line); }
.contents a:hover { text-decoration-color: currentColor; }
.note, figcaption { margin: 0.75rem 0 0; max-width: 46rem; color: var(--muted); font-size: 0.875rem; }
.interval, .tag { color: var(--muted); font-size: 0.875em; font-weight: 400; }
.passed { color: var(--good); font-weight: 600; }
.failed { color: var(--bad); font-weight: 600; }
.hidden {
  position: absolute;
  width: 1px;
  height: 1px;
  margin: -1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
:focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: 2px; }

.scroll { overflow-x: auto; position: relative; }
table { border-collapse: collapse; font-size: 0.9375rem; line-height: 1.35; }
.scroll table { min-width: 100%; }
th, td { padding: 0.5rem 0.625rem; text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); }
th:first-child, .scroll td:first-child { padding-left: 0; }
.scroll th:last-child, .scroll td:last-child { padding-right: 0; }
thead th { color: var(--muted); font-size: 0.8125rem; font-weight: 500; vertical-align: bottom; }
tbody th { font-weight: 600; }
.scroll tbody th { min-width: 8.5rem; }
.scroll thead th { min-width: 3.5rem; overflow-wrap: break-word; white-space: normal; }
.scroll thead th.num { min-width: 4.5rem; }
.num { text-align: right; white-space: nowrap; }
.scroll td .interval { display: block; }
.scroll td.text { min-width: 7.5rem; }
.scroll td.text:last-child { min-width: 14rem; }
.long tbody th { position: sticky; left: 0; background: var(--page); }

figure { margin: 2rem 0 0; min-width: 0; }
h2 + figure, .pair > figure { margin-top: 0; }
.pair { display: grid; gap: 2.5rem; margin-top: 2.5rem; }
.chart svg { display: block; max-width: 100%; height: auto; color: var(--ink); }
.chart text { white-space: pre; }
.chart.wide { display: none; }
.note + p { margin-top: 1.25rem; }
.legend { display: flex; flex-wrap: wrap; gap: 0.25rem 1.25rem; margin: 0 0 0.5rem; padding: 0; list-style: none; font-size: 0.875rem; }
.legend svg { margin-right: 0.5rem; vertical-align: middle; }
.as-table { margin-top: 0.5rem; font-size: 0.875rem; }
.as-table[open] > summary { margin-bottom: 0.5rem; }
summary { width: fit-content; color: var(--muted); cursor: pointer; }
summary:hover { color: var(--ink); }
@media (min-width: 48rem) {
  .chart.wide { display: block; }
  .chart.narrow { display: none; }
}
@media (min-width: 62rem) {
  .pair { grid-template-columns: 1fr 1fr; }
}

.matrix { max-width: 100%; }
.matrices { display: flex; flex-wrap: wrap; gap: 2rem; }
.matrix caption { padding-bottom: 0.5rem; font-size: 1rem; font-weight: 650; text-align: left; }
.matrix td.num { min-width: 5.25rem; border: 2px solid var(--page); }
.matrix th { border-bottom: 0; padding-left: 0; }
.matrix thead th { padding-left: 0.75rem; text-align: right; }
.matrix thead td { border: 0; }
.matrix .interval { display: block; color: inherit; }
${[1, 2, 3, 4, 5]
  .map(
    (shade) =>
      `.right.shade-${shade} { background: rgba(var(--right), ${(0.06 + shade * 0.06).toFixed(2)}); }\n.wrong.shade-${shade} { background: rgba(var(--wrong), ${(0.06 + shade * 0.06).toFixed(2)}); }`,
  )
  .join('\n')}

#filters { display: flex; flex-wrap: wrap; align-items: end; gap: 0.75rem 1rem; margin: 1.25rem 0 1rem; }
#filters label { display: grid; grid-template-columns: minmax(0, 1fr); gap: 0.25rem; color: var(--muted); font-size: 0.8125rem; max-width: 100%; }
#filters .grow { flex: 1 1 12rem; }
select, input, button {
  min-height: 2.5rem;
  max-width: 100%;
  padding: 0.375rem 0.75rem;
  border: 1px solid var(--muted);
  border-radius: 4px;
  background: var(--page);
  color: var(--ink);
  font: inherit;
  font-size: 0.9375rem;
}
button { cursor: pointer; }
button:hover { background: var(--tint); }
button:disabled { border-color: var(--line); color: var(--muted); cursor: default; }
button[aria-pressed=true] { background: var(--tint); box-shadow: inset 0 0 0 1px var(--muted); }
#status { color: var(--muted); font-size: 0.875rem; }
#rows { width: 100%; table-layout: auto; scroll-margin-top: 1rem; }
#rows th { padding: 0 0.25rem 0 0; min-width: 4.75rem; overflow-wrap: anywhere; }
#rows th:last-child { padding: 0.5rem 0.75rem; }
#rows th button { min-height: 2.25rem; padding: 0.25rem 0.5rem; border: 0; color: inherit; font: inherit; font-size: 0.8125rem; text-align: left; }
#rows th button::after { content: " ↕"; color: var(--muted); }
#rows th[aria-sort=ascending] button::after { content: " ↑"; color: var(--ink); }
#rows th[aria-sort=descending] button::after { content: " ↓"; color: var(--ink); }
#rows th[aria-sort=ascending] button, #rows th[aria-sort=descending] button { color: var(--ink); font-weight: 600; }
#rows td { padding: 0.5rem; }
#rows td .interval { display: inline; }
#rows td.text { width: 100%; min-width: 12rem; }
#rows p.text { margin: 0.5rem 0 0; white-space: pre-wrap; unicode-bidi: isolate; max-width: none; }
.label { white-space: nowrap; }
.label.positive { font-weight: 600; }
.label.no-label { color: var(--muted); font-style: italic; }
.label.is-wrong { color: var(--bad); }
nav { display: flex; gap: 0.5rem; margin-top: 1rem; }
${[
  { from: '48rem', which: '.cards' },
  { from: '62rem', which: '.wide' },
]
  .map(
    ({ from, which }) => `@media screen and (width < ${from}) {
  ${which}, ${which} tbody { display: block; }
  ${which} thead { display: block; position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  ${which} tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.25rem, 1fr)); gap: 0.5rem 1rem; padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  ${which} th, ${which} td { padding: 0; border: 0; text-align: left; }
  ${which} tbody th, ${which} td.text { grid-column: 1 / -1; }
  ${which} td::before { content: attr(data-label) / ""; display: block; color: var(--muted); font-size: 0.75rem; line-height: 1.3; white-space: normal; }
}`,
  )
  .join('\n')}
@media screen and (width < 62rem) {
  #rows, #rows thead, #rows tbody, #rows td { display: block; width: auto; }
  #rows thead tr { display: flex; flex-wrap: wrap; gap: 0.25rem; padding-bottom: 0.5rem; border-bottom: 1px solid var(--line); }
  #rows th { min-width: 0; max-width: 100%; border: 0; overflow-wrap: anywhere; }
  #rows th:last-child { display: none; }
  #rows tbody tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: 0.5rem 1rem; padding: 0.75rem 0; border-bottom: 1px solid var(--line); }
  #rows td { padding: 0; border: 0; min-width: 0; }
  #rows td[data-label]::before { content: attr(data-label) / ""; display: block; color: var(--muted); font-size: 0.75rem; }
  #rows td.text { grid-column: 1 / -1; width: auto; }
}
@media screen and (width < 48rem) {
  body { padding-top: 1.5rem; }
  h1 { font-size: 1.375rem; }
  .finding { font-size: 1.125rem; }
  #filters label, #filters select, #filters input, #filters button { width: 100%; }
  .small th + *, .long th + *, .small td + td, .long td + td { padding-left: 0.25rem; padding-right: 0.25rem; }
  .small tbody th { min-width: 7rem; }
  .matrix { width: 100%; }
  .matrix td.num { min-width: 0; }
  .matrix th, .matrix td { padding-left: 0.5rem; padding-right: 0.5rem; }
}

dl { margin: 0; font-size: 0.875rem; }
dl div { display: grid; grid-template-columns: minmax(0, 11rem) minmax(0, 1fr); gap: 0 1rem; padding: 0.25rem 0; }
dt { color: var(--muted); }
dd { margin: 0; }
@media (max-width: 30rem) { dl div { grid-template-columns: 1fr; } }

.on-paper { display: none; }
@page { margin: 14mm; }
@media print {
  html { font-size: 9.5pt; }
  body { max-width: none; padding: 0; }
  .on-paper { display: block; }
  #filters, #status, nav, .as-table, #rows th button::after { display: none; }
  #browser:not(:has([open])), #rows tbody tr:not(:has([open])) { display: none; }
  figure, table.matrix, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  section { margin-top: 1.5rem; padding-top: 1rem; }
  .chart.wide { display: block; }
  .chart.narrow { display: none; }
  .pair { grid-template-columns: 1fr 1fr; gap: 1.5rem; }
  .scroll { overflow: visible; }
  table { font-size: 8pt; }
  th, td { padding: 0.2rem 0.3rem; }
  thead th { font-size: 7.5pt; }
  .scroll tbody th { min-width: 6.5rem; }
  .scroll thead th.num { min-width: 0; }
  .matrix td.num { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
