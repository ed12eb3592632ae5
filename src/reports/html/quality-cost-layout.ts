import { isNarrow, shorten, textWidth } from './chart.js';
import { type Axis, costAxis, type Priced, type Stretch } from './cost-axis.js';
import {
  type Box,
  type Flag,
  HALF_HEIGHT,
  MARK_REACH,
  type Pole,
  placeFlags,
  placeFlagsBelow,
} from './flags.js';

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

/** A point of a line: across in pixels, up and down on the scale of the F1. */
export interface LinePoint {
  readonly x: number;
  readonly f1: number;
}

/** A mark on a line, whose name stands below. */
export interface LineMark extends LinePoint {
  readonly name: string;
  readonly low: number | null;
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
  { axisOf, values, linesOn, marksOn }: Further<P> = NOTHING_ELSE,
): Laid & {
  readonly placed: readonly (P & Place)[];
  /** The marks on lines. */
  readonly below: readonly (LineMark & Place)[];
} {
  const most = highest([...points.map(({ high, f1 }) => high ?? f1), ...values]);
  let least = lowest([...points.map(({ low, f1 }) => low ?? f1), ...values]);
  const names = points.map(({ name }) => shorten(name, isNarrow(width) ? 130 : 220));
  const widths = names.map(textWidth);
  // Pixels below the top of the frame; what is above it is negative.
  const down = (f1: number) => ((most - f1) * INNER_HEIGHT) / (most - least);
  const up = (pixels: number) => most - (pixels * (most - least)) / INNER_HEIGHT;
  const standing = (right: number) => {
    const axis = axisOf(points, { from: MARGIN.left, to: width - right });
    const poles = points.map(({ f1, low, high }, i) => ({
      x: axis.xs[i] ?? 0,
      top: Math.min(down(f1) - MARK_REACH, down(high ?? f1)),
      bottom: Math.max(down(f1) + MARK_REACH, down(low ?? f1)),
      width: widths[i] ?? 0,
    }));
    const lines = linesOn(axis).flatMap((line) => boxesAlong(line, down));
    const flags = placeFlags(poles, width, lines);
    const outside = flags.map(({ left }, i) => left + (widths[i] ?? 0) - width);
    return { axis, poles, lines, flags, outside: Math.max(0, ...outside) };
  };
  const standAll = () => {
    // A wider margin moves the names to the left, but not all of them as far.
    let right = MARGIN.right;
    for (let turn = 0; turn < 10; turn++) {
      right = Math.min(right + standing(right).outside, width / 2);
    }
    const { axis, poles, lines, flags } = standing(right);
    const marks = marksOn(axis).toSorted((a, b) => a.x - b.x);
    const taken = [...lines, ...boxesOf(poles, flags)];
    return { right, axis, flags, marks, below: namesBelow(marks, { width, down, taken }) };
  };
  let fitted = standAll();
  // Names below want room there.
  while (least > 0 && fitted.below.some(({ middle }) => middle + HALF_HEIGHT > INNER_HEIGHT)) {
    least = Math.max(0, Math.round(least * 10 - 1) / 10);
    fitted = standAll();
  }
  const { right, axis, flags, marks, below: flagsBelow } = fitted;
  const above = Math.max(0, ...flags.map(({ middle }) => HALF_HEIGHT - middle));
  const margin = { ...MARGIN, top: MARGIN.top + above, right };
  const upwards = ({ middle, poleTop }: Flag) => ({ middle: up(middle), poleTop: up(poleTop) });
  return {
    height: margin.top + INNER_HEIGHT + margin.bottom,
    margin,
    domain: [least, most],
    axis,
    placed: points.map((point, i): P & Place => {
      const flag = flags[i] ?? { left: 0, middle: 0, poleTop: 0 };
      const place = { x: axis.xs[i] ?? 0, short: names[i] ?? '', left: flag.left };
      return { ...point, ...place, ...upwards(flag) };
    }),
    below: marks.map((mark, i) => {
      const flag = flagsBelow[i] ?? { left: 0, middle: 0, poleTop: 0 };
      const place = { x: mark.x, short: mark.name, left: flag.left };
      return { ...mark, ...place, ...upwards(flag) };
    }),
  };
}

/** A whole tenth below the lowest, and not below 0. */
const lowest = (values: readonly number[]) =>
  Math.max(0, Math.floor(Math.min(...values) * 10 - 0.2) / 10);

/** A whole tenth above the highest, and not above 1. */
const highest = (values: readonly number[]) =>
  Math.min(1, Math.ceil(Math.max(...values) * 10 + 0.2) / 10);

/** Pixels on either side of a line that no name may cover, and how finely it is followed. */
const CLEARANCE = 3;
const STEP = 6;

function boxesAlong(line: readonly LinePoint[], down: (f1: number) => number): Box[] {
  return line.slice(1).flatMap((to, i) => {
    const from = line[i] ?? to;
    const steps = Math.max(1, Math.ceil((to.x - from.x) / STEP));
    const at = (step: number) => ({
      x: from.x + ((to.x - from.x) * step) / steps,
      y: down(from.f1 + ((to.f1 - from.f1) * step) / steps),
    });
    return Array.from({ length: steps }, (_, step) => {
      const [a, b] = [at(step), at(step + 1)];
      return {
        left: Math.min(a.x, b.x),
        right: Math.max(a.x, b.x),
        top: Math.min(a.y, b.y) - CLEARANCE,
        bottom: Math.max(a.y, b.y) + CLEARANCE,
      };
    });
  });
}

/** What poles and their names cover. */
const boxesOf = (poles: readonly Pole[], flags: readonly Flag[]): Box[] =>
  poles.flatMap(({ x, bottom, width }, i) => {
    const { left, middle, poleTop } = flags[i] ?? { left: 0, middle: 0, poleTop: 0 };
    return [
      { left: x - MARK_REACH, right: x + MARK_REACH, top: poleTop, bottom },
      { left, right: left + width, top: middle - HALF_HEIGHT, bottom: middle + HALF_HEIGHT },
    ];
  });

const namesBelow = (
  marks: readonly LineMark[],
  { width, down, taken }: { width: number; down: (f1: number) => number; taken: readonly Box[] },
): Flag[] =>
  placeFlagsBelow(
    marks.map(({ x, f1, low, name }) => ({
      x,
      top: down(f1),
      bottom: Math.max(down(f1) + MARK_REACH, down(low ?? f1)),
      width: textWidth(name),
    })),
    width,
    taken,
  );
