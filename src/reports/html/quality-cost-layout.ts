import { isNarrow, shorten, textWidth } from './chart.js';
import { costAxis, type Priced } from './cost-axis.js';
import { MARK_REACH, placeFlags } from './flags.js';

/** What is drawn of a model: its name, cost, F1 and interval. */
export interface Measurement extends Priced {
  readonly name: string;
  readonly low: number | null;
  readonly high: number | null;
}

const INNER_HEIGHT = 308;
const MARGIN = { top: 24, right: 28, bottom: 48, left: 44 };

/** Where a mark and its name stand: across in pixels, up and down on the scale of the F1. */
interface Place {
  readonly x: number;
  /** The name as it is drawn, its left end and its middle. */
  readonly short: string;
  readonly left: number;
  readonly middle: number;
  readonly poleTop: number;
}

/**
 * Lays the drawing out: an axis with a place for each mark, and above each mark its name. It is
 * as high as the names need, and leaves room for them on its right.
 *
 * @param points - as fromFreeToDear orders them
 * @param width - of the whole, in pixels
 */
export function layOut<P extends Measurement>(points: readonly P[], width: number) {
  const domain = f1Domain(points);
  const [least, most] = domain;
  const scale = INNER_HEIGHT / (most - least);
  // Pixels below the top of the frame; what is above it is negative.
  const down = (f1: number) => (most - f1) * scale;
  const up = (pixels: number) => most - pixels / scale;
  const names = points.map(({ name }) => shorten(name, isNarrow(width) ? 130 : 220));
  const widths = names.map(textWidth);
  const standing = (right: number) => {
    const axis = costAxis(points, { from: MARGIN.left, to: width - right });
    const poles = points.map(({ f1, low, high }, i) => ({
      x: axis.xs[i] ?? 0,
      top: Math.min(down(f1) - MARK_REACH, down(high ?? f1)),
      bottom: Math.max(down(f1) + MARK_REACH, down(low ?? f1)),
      width: widths[i] ?? 0,
    }));
    const flags = placeFlags(poles, width);
    const outside = flags.map(({ left }, i) => left + (widths[i] ?? 0) - width);
    return { axis, flags, outside: Math.max(0, ...outside) };
  };
  // A wider margin moves the names to the left, but not all of them as far.
  let right = MARGIN.right;
  for (let turn = 0; turn < 10; turn++) {
    right = Math.min(right + standing(right).outside, width / 2);
  }
  const { axis, flags } = standing(right);
  const above = Math.max(0, ...flags.map(({ middle }) => 8 - middle));
  const margin = { ...MARGIN, top: MARGIN.top + above, right };
  return {
    height: margin.top + INNER_HEIGHT + margin.bottom,
    margin,
    domain,
    bands: axis.bands,
    ticks: axis.ticks,
    placed: points.map((point, i): P & Place => {
      const { left, middle, poleTop } = flags[i] ?? { left: 0, middle: 0, poleTop: 0 };
      const place = { x: axis.xs[i] ?? 0, short: names[i] ?? '', left };
      return { ...point, ...place, middle: up(middle), poleTop: up(poleTop) };
    }),
  };
}

/** A whole tenth below the lowest interval and above the highest, within 0 and 1. */
function f1Domain(points: readonly Measurement[]): [number, number] {
  const lows = points.map(({ low, f1 }) => low ?? f1);
  const highs = points.map(({ high, f1 }) => high ?? f1);
  return [
    Math.max(0, Math.floor(Math.min(...lows) * 10 - 0.2) / 10),
    Math.min(1, Math.ceil(Math.max(...highs) * 10 + 0.2) / 10),
  ];
}
