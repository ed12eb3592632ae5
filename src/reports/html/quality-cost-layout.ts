import { isNarrow, shorten, textWidth } from './chart.js';
import { type Axis, costAxis, type Priced, type Stretch } from './cost-axis.js';
import {
  type Flag,
  HALF_HEIGHT,
  MARK_REACH,
  type Pole,
  placeFlags,
  placeFlagsBelow,
} from './flags.js';
import { boxesAlong, boxesOf, boxOfRing, type LinePoint } from './obstacles.js';

/** What is drawn of a model: its name, cost, F1 and interval. */
export interface Measurement extends Priced {
  readonly name: string;
  readonly low: number | null;
  readonly high: number | null;
}

const INNER_HEIGHT = 308;
const MARGIN = { top: 24, right: 28, bottom: 48, left: 44 };

/** Where a mark and its name stand: across in pixels, up and down on the scale of the F1. */
export interface Place {
  readonly x: number;
  /** The name as it is drawn, its left end and its middle. */
  readonly short: string;
  readonly left: number;
  readonly middle: number;
  /** The end of the line that leads from the mark to the name. */
  readonly poleTop: number;
}

/** A ring on a line; where it has a name that stands below. */
export interface LineMark extends LinePoint {
  readonly name: string;
  readonly low: number | null;
  readonly high: number | null;
  readonly colour: string;
}

/** What is laid out besides the marks of the models. */
interface Further<P> {
  readonly axisOf: (points: readonly P[], stretch: Stretch) => Axis;
  /** What the scale of the F1 has to hold too. */
  readonly values: readonly number[];
  /** Lines that no name may cover. */
  readonly linesOn: (axis: Axis) => readonly (readonly LinePoint[])[];
  readonly marksOn: (axis: Axis) => readonly LineMark[];
}

const NOTHING_ELSE: Further<Priced> = {
  axisOf: (points, stretch) => costAxis(points, stretch),
  values: [],
  linesOn: () => [],
  marksOn: () => [],
};

/** The frame of a drawing, in pixels, but for the domain of the F1. */
export interface Laid {
  readonly height: number;
  readonly margin: Readonly<Record<'top' | 'right' | 'bottom' | 'left', number>>;
  readonly domain: [number, number];
  readonly axis: Axis;
}

/**
 * Lays the drawing out: an axis with a place for each mark, and above each mark its name. It is
 * as high as the names need, and leaves room for them on its right.
 *
 * @param points - from left to right, as the axis wants them
 * @param width - of the whole, in pixels
 */
export function layOut<P extends Measurement>(
  points: readonly P[],
  width: number,
  further: Further<P> = NOTHING_ELSE,
): Laid & {
  readonly placed: readonly (P & Place)[];
  /** The marks on lines that have a name. */
  readonly below: readonly (LineMark & Place)[];
} {
  const { values } = further;
  const most = highest([...points.map(({ high, f1 }) => high ?? f1), ...values]);
  let least = lowest([...points.map(({ low, f1 }) => low ?? f1), ...values]);
  let stood = standAll(points, width, { ...further, least, most });
  // Names below want room there.
  while (least > 0 && stood.flagsBelow.some(({ middle }) => middle > INNER_HEIGHT - HALF_HEIGHT)) {
    least = lowest([least]);
    stood = standAll(points, width, { ...further, least, most });
  }
  const { right, axis, names, flags, marks, flagsBelow } = stood;
  const above = Math.max(0, ...flags.map(({ middle }) => HALF_HEIGHT - middle));
  const margin = { ...MARGIN, top: MARGIN.top + above, right };
  const up = (pixels: number) => most - (pixels * (most - least)) / INNER_HEIGHT;
  const placeOf = (
    x: number,
    short: string,
    { left, middle, poleTop }: Flag = { left: 0, middle: 0, poleTop: 0 },
  ): Place => ({ x, short, left, middle: up(middle), poleTop: up(poleTop) });
  return {
    height: margin.top + INNER_HEIGHT + margin.bottom,
    margin,
    domain: [least, most],
    axis,
    placed: points.map((point, i) => ({
      ...point,
      ...placeOf(axis.xs[i] ?? 0, names[i] ?? '', flags[i]),
    })),
    below: marks.map((mark, i) => ({ ...mark, ...placeOf(mark.x, mark.name, flagsBelow[i]) })),
  };
}

/** Where everything stands with an F1 scale from `least` to `most`; pixels are below the top of the frame. */
function standAll<P extends Measurement>(
  points: readonly P[],
  width: number,
  { axisOf, linesOn, marksOn, least, most }: Further<P> & { least: number; most: number },
) {
  const down = (f1: number) => ((most - f1) * INNER_HEIGHT) / (most - least);
  const names = points.map(({ name }) => shorten(name, isNarrow(width) ? 130 : 220));
  const widths = names.map(textWidth);
  const standing = (right: number) => {
    const axis = axisOf(points, { from: MARGIN.left, to: width - right });
    const poles = points.map((point, i) => poleOf(point, axis.xs[i], widths[i], down));
    const marks = marksOn(axis);
    const taken = [
      ...linesOn(axis).flatMap((line) => boxesAlong(line, down)),
      ...marks.map((mark) => boxOfRing(mark, down)),
    ];
    const flags = placeFlags(poles, width, taken);
    const outside = flags.map(({ left }, i) => left + (widths[i] ?? 0) - width);
    return { axis, poles, marks, taken, flags, outside: Math.max(0, ...outside) };
  };
  // A wider margin moves the names to the left, but not all of them as far.
  let right = MARGIN.right;
  for (let turn = 0; turn < 10; turn++) {
    right = Math.min(right + standing(right).outside, width / 2);
  }
  const { axis, poles, marks, taken, flags } = standing(right);
  const named = marks.filter(({ name }) => name !== '').toSorted((a, b) => a.x - b.x);
  const flagsBelow = placeFlagsBelow(
    named.map((mark) => poleOf(mark, mark.x, textWidth(mark.name), down)),
    width,
    [...taken, ...boxesOf(poles, flags)],
  );
  return { right, axis, names, flags, marks: named, flagsBelow };
}

const poleOf = (
  { f1, low, high }: Pick<Measurement, 'f1' | 'low' | 'high'>,
  x = 0,
  width = 0,
  down: (f1: number) => number,
): Pole => ({
  x,
  top: Math.min(down(f1) - MARK_REACH, down(high ?? f1)),
  bottom: Math.max(down(f1) + MARK_REACH, down(low ?? f1)),
  width,
});

/** A whole tenth below the lowest, and not below 0. */
const lowest = (values: readonly number[]) =>
  Math.max(0, Math.floor(Math.min(...values) * 10 - 0.2) / 10);

/** A whole tenth above the highest, and not above 1. */
const highest = (values: readonly number[]) =>
  Math.min(1, Math.ceil(Math.max(...values) * 10 + 0.2) / 10);
