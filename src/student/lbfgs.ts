/** A function to minimise: its value at a point, its gradient written into the second array. */
export type Objective = (point: Float64Array, gradient: Float64Array) => number;

export interface LbfgsOptions {
  /** Stop where the gradient has shrunk to this part of its first length. */
  readonly tolerance?: number;
  readonly maxIterations?: number;
}

/** Pairs of steps and gradient changes that stand for the curvature. */
const MEMORY = 10;
/** Armijo's condition: the least part of the promised decrease that a step must keep. */
const SUFFICIENT_DECREASE = 1e-4;
const MAX_HALVINGS = 30;

interface Update {
  readonly step: Float64Array;
  readonly change: Float64Array;
  /** step . change */
  readonly curvature: number;
}

/**
 * Minimises a smooth, convex function by limited-memory BFGS with a backtracking line search.
 * It has no chance in it, and sums in a fixed order: the same input gives the same bits.
 *
 * @see Nocedal and Wright, Numerical Optimization (2006), algorithms 7.4 and 7.5
 */
export function minimize(
  objective: Objective,
  start: Float64Array,
  { tolerance = 1e-3, maxIterations = 100 }: LbfgsOptions = {},
): Float64Array {
  let point = start;
  let gradient: Float64Array = new Float64Array(start.length);
  let value = objective(point, gradient);
  const enough = tolerance * norm(gradient);
  const updates: Update[] = [];
  for (let i = 0; i < maxIterations && norm(gradient) > enough; i++) {
    const direction = descentDirection(gradient, updates);
    const slope = dot(gradient, direction);
    let size = updates.length === 0 ? 1 / norm(gradient) : 1;
    const next = new Float64Array(point.length);
    const nextGradient = new Float64Array(point.length);
    let nextValue = value;
    for (let halvings = 0; ; halvings++, size /= 2) {
      if (halvings === MAX_HALVINGS) return point; // As low as these numbers can tell.
      next.set(point);
      addScaled(next, size, direction);
      nextValue = objective(next, nextGradient);
      if (nextValue <= value + SUFFICIENT_DECREASE * size * slope) break;
    }
    remember(updates, difference(next, point), difference(nextGradient, gradient));
    point = next;
    gradient = nextGradient;
    value = nextValue;
  }
  return point;
}

/** Minus the gradient times the approximate inverse Hessian: the two-loop recursion. */
function descentDirection(gradient: Float64Array, updates: readonly Update[]): Float64Array {
  const direction = gradient.map((slope) => -slope);
  const applied = updates.toReversed().map((update) => {
    const alpha = dot(update.step, direction) / update.curvature;
    addScaled(direction, -alpha, update.change);
    return { ...update, alpha };
  });
  const newest = applied[0];
  if (newest) scale(direction, newest.curvature / dot(newest.change, newest.change));
  for (const { step, change, curvature, alpha } of applied.reverse()) {
    addScaled(direction, alpha - dot(change, direction) / curvature, step);
  }
  return direction;
}

function remember(updates: Update[], step: Float64Array, change: Float64Array): void {
  const curvature = dot(step, change);
  if (curvature <= Number.EPSILON * dot(change, change)) return;
  updates.push({ step, change, curvature });
  if (updates.length > MEMORY) updates.shift();
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

const norm = (vector: Float64Array) => Math.sqrt(dot(vector, vector));

const difference = (a: Float64Array, b: Float64Array) => a.map((value, i) => value - (b[i] ?? 0));

function addScaled(target: Float64Array, factor: number, vector: Float64Array): void {
  for (let i = 0; i < target.length; i++) target[i] = (target[i] ?? 0) + factor * (vector[i] ?? 0);
}

function scale(vector: Float64Array, factor: number): void {
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) * factor;
}
