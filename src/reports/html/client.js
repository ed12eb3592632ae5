/*
 * Runs in the reader's browser: lists the rows that models disagree on, fifty at a time. It puts
 * texts on the page by textContent alone, so that nothing in them is ever taken for markup.
 */
const PAGE = 50;
const WORDS = {
  '?': 'none',
  '-': 'not asked',
  r: 'refused',
  f: 'filtered',
  t: 'truncated',
  u: 'unparseable',
  x: 'failed',
};

const byId = (id) => document.getElementById(id);

function element(name, properties = {}, ...children) {
  const { role, label, ...rest } = properties;
  const made = Object.assign(document.createElement(name), rest);
  if (role) made.setAttribute('role', role);
  if (label) made.dataset.label = label;
  made.append(...children);
  return made;
}

const isLabel = (code) => code === '0' || code === '1';

const KINDS = {
  missed: (truth, said) => truth === '1' && said === '0',
  alarm: (truth, said) => truth === '0' && said === '1',
  none: (_, said) => !isLabel(said),
};

function start({ truth: truthName, models, rows: packed }) {
  const rows = packed.map(([index, text, human, truth, said, scores]) => ({
    index,
    text,
    human,
    truth,
    said,
    scores,
    folded: text.toLowerCase(),
  }));
  const columns = columnsOf(truthName, models);
  const state = { shown: rows, page: 0, sorted: columns[0], descending: false, open: false };
  const kind = byId('kind');
  const human = byId('human');
  const search = byId('search');

  function select() {
    const [model, name] = kind.value.split(':');
    const matches = KINDS[name] ?? (() => true);
    const wanted = search.value.trim().toLowerCase();
    state.shown = rows
      .filter(
        (row) =>
          matches(row.truth, row.said[model]) &&
          (human.value === '' || row.human === human.value) &&
          row.folded.includes(wanted),
      )
      .sort(inOrder(state.sorted, state.descending));
    state.page = 0;
    draw();
  }

  function draw() {
    const first = state.page * PAGE;
    const part = state.shown.slice(first, first + PAGE);
    byId('rows').tBodies[0].replaceChildren(
      ...part.map((row) => tableRow(row, columns, state.open)),
    );
    const count = (n) => n.toLocaleString('en-US');
    byId('status').textContent =
      part.length === 0
        ? `No row matches; there are ${count(rows.length)}.`
        : `Rows ${count(first + 1)} to ${count(first + part.length)} of ${count(state.shown.length)}` +
          (state.shown.length < rows.length ? `, out of ${count(rows.length)}.` : '.');
    byId('previous').disabled = state.page === 0;
    byId('next').disabled = first + PAGE >= state.shown.length;
    drawHeads();
  }

  function drawHeads() {
    for (const { column, head } of heads) {
      const order = state.descending ? 'descending' : 'ascending';
      head.setAttribute('aria-sort', column === state.sorted ? order : 'none');
    }
  }

  function turn(pages) {
    state.page += pages;
    draw();
    byId('rows').scrollIntoView({ block: 'start' });
  }

  const heads = columns.map((column) => {
    const button = element('button', { type: 'button', textContent: column.title });
    const head = element('th', { scope: 'col', role: 'columnheader' }, button);
    button.addEventListener('click', () => {
      state.descending = column === state.sorted && !state.descending;
      state.sorted = column;
      select();
    });
    return { column, head };
  });
  byId('rows').tHead.rows[0].append(
    ...heads.map(({ head }) => head),
    element('th', { scope: 'col', role: 'columnheader', textContent: 'Text' }),
  );

  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  kind.addEventListener('change', select);
  human.addEventListener('change', select);
  search.addEventListener('input', select);
  byId('previous').addEventListener('click', () => turn(-1));
  byId('next').addEventListener('click', () => turn(1));
  byId('open-all').addEventListener('click', ({ currentTarget }) => {
    state.open = !state.open;
    currentTarget.setAttribute('aria-pressed', String(state.open));
    for (const details of byId('rows').querySelectorAll('details')) details.open = state.open;
  });
  byId('browser').hidden = false;
  select();
}

/** The sortable columns: a key to sort by, and what a cell shows. */
function columnsOf(truthName, models) {
  const mark = (isTruth) => (isTruth ? ' (truth)' : '');
  return [
    { title: 'Row', key: (row) => row.index, cell: (row) => [String(row.index)] },
    {
      title: `Human${mark(truthName === 'human')}`,
      key: (row) => row.human,
      cell: (row) => [labelOf(row.human, row.human)],
    },
    ...models.map(({ name, role }, i) => ({
      title: name + mark(role === 'teacher' && truthName !== 'human'),
      key: (row) => row.scores[i] ?? row.said[i],
      cell: (row) => [
        labelOf(row.said[i], row.truth),
        ...(row.scores[i] === null
          ? []
          : [
              element('span', {
                className: 'interval',
                textContent: ` ${scoreText(row.scores[i])}`,
              }),
            ]),
      ],
    })),
  ];
}

/** Two decimals; only 0 is 0.00, and only 1 is 1.00. */
function scoreText(score) {
  const text = score.toFixed(2);
  if (Number(text) === 0 && score > 0) return '<0.01';
  return Number(text) === 1 && score < 1 ? '>0.99' : text;
}

/** Numbers before words, and rows of one key as they stand in the data. */
function inOrder({ key }, descending) {
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [x, y] = [key(a), key(b)];
    if (typeof x !== typeof y) return typeof x === 'number' ? -1 : 1;
    return (x < y ? -sign : x > y ? sign : 0) || a.index - b.index;
  };
}

function labelOf(code, truth) {
  const isWrong = isLabel(code) && isLabel(truth) && code !== truth;
  const kind = code === '1' ? 'positive' : code === '0' ? 'negative' : 'no-label';
  return element('span', {
    className: isWrong ? `label ${kind} is-wrong` : `label ${kind}`,
    textContent: isWrong ? `${WORDS[code]} ✗` : WORDS[code],
  });
}

function tableRow(row, columns, isOpen) {
  const cells = columns.map(({ title, cell }) =>
    element('td', { role: 'cell', label: title }, ...cell(row)),
  );
  const length = `Text, ${row.text.length.toLocaleString('en-US')} characters`;
  const details = element(
    'details',
    { open: isOpen },
    element('summary', { textContent: length }),
    element('p', { className: 'text', dir: 'auto', textContent: row.text }),
  );
  return element(
    'tr',
    { role: 'row' },
    ...cells,
    element('td', { role: 'cell', className: 'text' }, details),
  );
}

const data = byId('row-data');
if (data) {
  const payload = JSON.parse(data.textContent);
  Object.assign(WORDS, payload.labels);
  start(payload);
}
