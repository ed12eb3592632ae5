import { type JudgedRow, teacherVerdictOf } from '../records.js';
import { keyNumber } from '../row-key.js';
import { Column, numbers, pickEach, valueAt } from './column.js';
import { type Drawing, DrawingBuilder } from './drawing.js';
import { KeyTable, RowKeys } from './keys.js';
import { codeOf, type Labels, labelAt, NO_LABEL } from './labels.js';
import { countCharacters, TextNumbers } from './texts.js';
import type { Verdicts } from './verdicts.js';
import { VerdictsBuilder } from './verdicts-builder.js';

/** Rows of a file, in its order. */
export interface RowList extends Iterable<JudgedRow> {
  readonly length: number;
  at(row: number): JudgedRow | undefined;
}

/** What a table is made of; the teacher's labels are in its verdicts. */
type Columns = Pick<
  RowTable,
  | 'human'
  | 'verdicts'
  | 'indices'
  | 'keys'
  | 'textNumbers'
  | 'lengths'
  | 'humanChecked'
  | 'jailbreaking'
  | 'costs'
  | 'drawing'
>;

/**
 * The rows that models are judged by, by column: a few dozen bytes a row. What the columns do not hold,
 * the texts above all, is read again where it is asked for.
 */
export class RowTable implements RowList {
  /** Human labels. */
  readonly human: Labels;
  /** The teacher's labels. */
  readonly teacher: Labels;
  /** What the teacher said of each row, as the file records it. */
  readonly verdicts: Verdicts;
  /** Places in the split of the dataset. */
  readonly indices: Float64Array;
  readonly keys: RowKeys;
  /** The number of each row's text, normalised, as they come. */
  readonly textNumbers: Uint32Array;
  /** Characters of the texts. */
  readonly lengths: Uint32Array;
  /** 1, 0, or -1 where that is unknown. */
  readonly humanChecked: Int8Array;
  readonly jailbreaking: Int8Array;
  /** Dollars that the teacher took; NaN where that is unknown, undefined where it is of all rows. */
  readonly costs: Float64Array | undefined;
  /** How the rows were drawn; undefined where nothing is on record. */
  readonly drawing: Drawing | undefined;
  readonly #source: RowList;

  constructor(columns: Columns, source: RowList) {
    this.human = columns.human;
    this.verdicts = columns.verdicts;
    this.teacher = columns.verdicts.labels;
    this.indices = columns.indices;
    this.keys = columns.keys;
    this.textNumbers = columns.textNumbers;
    this.lengths = columns.lengths;
    this.humanChecked = columns.humanChecked;
    this.jailbreaking = columns.jailbreaking;
    this.costs = columns.costs;
    this.drawing = columns.drawing;
    this.#source = source;
  }

  /** A table of rows that are held as they are. */
  static of(rows: RowList): RowTable {
    if (rows instanceof RowTable) return rows;
    const builder = new TableBuilder();
    for (const row of rows) builder.add(row);
    return builder.build(() => rows);
  }

  get length(): number {
    return this.human.length;
  }

  /** The row whole, with the labels and the cost of the columns. */
  at(row: number): JudgedRow | undefined {
    const found = this.#source.at(row);
    return found && this.#withColumns(found, row);
  }

  *[Symbol.iterator](): Generator<JudgedRow> {
    let row = 0;
    for (const each of this.#source) yield this.#withColumns(each, row++);
  }

  #withColumns(found: JudgedRow, row: number): JudgedRow {
    const true_label = labelAt(this.human, row);
    const prediction = labelAt(this.teacher, row);
    return { ...found, true_label, prediction, cost_usd: this.costOf(row) };
  }

  /** What the teacher took for a row, in dollars; null where that is unknown. */
  costOf(row: number): number | null {
    return valueAt(this.costs, row) ?? null;
  }

  /** A table of some rows, in the order of these. */
  pick(rows: Uint32Array): RowTable {
    const { human, indices, textNumbers, lengths, humanChecked, jailbreaking, costs } = this;
    const picked = pickEach(
      { human, indices, textNumbers, lengths, humanChecked, jailbreaking, costs },
      rows,
    );
    return new RowTable(
      {
        ...picked,
        textNumbers: renumbered(picked.textNumbers),
        verdicts: this.verdicts.pick(rows),
        keys: this.keys.pick(rows),
        drawing: this.drawing && pickEach(this.drawing, rows),
      },
      new PickedRows(this.#source, rows),
    );
  }

  /** The same rows without a teacher. */
  withoutTeacher(): RowTable {
    const nothing = new VerdictsBuilder().build(this.length);
    return new RowTable({ ...this, verdicts: nothing }, this.#source);
  }
}

/** Numbers from 0, as they come, in place of those that have gaps. */
function renumbered(values: Uint32Array): Uint32Array {
  const known = new Map<number, number>();
  return values.map((value) => {
    const number = known.get(value) ?? known.size;
    known.set(value, number);
    return number;
  });
}

class PickedRows implements RowList {
  readonly #all: RowList;
  readonly #rows: Uint32Array;

  constructor(all: RowList, rows: Uint32Array) {
    this.#all = all;
    this.#rows = rows;
  }

  get length(): number {
    return this.#rows.length;
  }

  at(row: number): JudgedRow | undefined {
    const place = this.#rows[row];
    return place === undefined ? undefined : this.#all.at(place);
  }

  *[Symbol.iterator](): Generator<JudgedRow> {
    let place = 0;
    let next = 0;
    for (const row of this.#all) {
      if (this.#rows[next] === place) {
        next += 1;
        yield row;
      }
      place += 1;
    }
  }
}

/** Up to so many units a text is short, whatever characters they make. */
const SHORT = 100;

/** Puts rows down as they come. */
export class TableBuilder {
  readonly #human = new Column(Int8Array, NO_LABEL);
  readonly #verdicts = new VerdictsBuilder();
  readonly #indices = numbers();
  readonly #keys = new KeyTable();
  readonly #keyNumbers = new Column(Uint32Array, 0);
  readonly #texts = new TextNumbers();
  readonly #textNumbers = new Column(Uint32Array, 0);
  readonly #lengths = new Column(Uint32Array, 0);
  readonly #humanChecked = new Column(Int8Array, NO_LABEL);
  readonly #jailbreaking = new Column(Int8Array, NO_LABEL);
  readonly #costs = numbers();
  readonly #drawing = new DrawingBuilder();
  #length = 0;

  get length(): number {
    return this.#length;
  }

  /** @param key - see {@link keyNumber} */
  add(row: JudgedRow, key = keyNumber(row.ds_original_idx, row.input)): void {
    const place = this.#length;
    this.#length += 1;
    this.#keyNumbers.put(place, this.#keys.add(key));
    this.#indices.put(place, row.ds_original_idx);
    this.#human.put(place, codeOf(row.true_label));
    this.#textNumbers.put(place, this.#texts.numberOf(row.input));
    this.#lengths.put(place, countCharacters(row.input, SHORT));
    this.#humanChecked.put(place, row.human_check === null ? NO_LABEL : Number(row.human_check));
    this.#jailbreaking.put(place, row.is_jailbreaking ?? NO_LABEL);
    if (row.cost_usd != null) this.#costs.put(place, row.cost_usd);
    this.#drawing.put(place, row);
    const said = teacherVerdictOf(row);
    if (said) this.#verdicts.put(place, said);
  }

  /** @param sourceOf - where the rows are, whose keys are these */
  build(sourceOf: (keys: RowKeys) => RowList): RowTable {
    const length = this.#length;
    const keys = new RowKeys(this.#keys, this.#keyNumbers.takeAll(length));
    return new RowTable(
      {
        human: this.#human.takeAll(length),
        verdicts: this.#verdicts.build(length),
        indices: this.#indices.takeAll(length),
        keys,
        textNumbers: this.#textNumbers.takeAll(length),
        lengths: this.#lengths.takeAll(length),
        humanChecked: this.#humanChecked.takeAll(length),
        jailbreaking: this.#jailbreaking.takeAll(length),
        costs: this.#costs.take(length),
        drawing: this.#drawing.build(length),
      },
      sourceOf(keys),
    );
  }
}
