// What a stream of data points shows: its meaning in words, the line of its chart, its buckets.

/** What a point of a stream says about time, in words; "" for a kind that has no temporality. */
export function temporalityText(temporality) {
  return {
    cumulative: 'cumulative: each point is the total since the start',
    delta: 'delta: each point is what was added since the one before',
    unspecified: 'not specified, which OTLP does not allow for this type',
  }[temporality] ?? '';
}

/** What the chart's numbers are, with their unit: "orders per second". */
export function chartedText({type, isRate, unit}) {
  const of = /histogram|summary/.test(type) ? 'measurements' : unit || 'value';
  return isRate ? `${of === 'value' ? 'rate' : of} per second` : of;
}

/** A number for people, as short as it can be without hiding what differs. */
export function shortNumber(number) {
  const size = Math.abs(number);
  if (size !== 0 && (size >= 1e7 || size < 1e-3)) return number.toExponential(2);
  return number.toLocaleString('en', {maximumSignificantDigits: 4});
}

/** The smallest and the largest number of a chart; null if all of it is a gap. */
export function range(points) {
  const numbers = points.map(([, y]) => y).filter((y) => y !== null);
  return numbers.length === 0 ? null : numbers.reduce(
    ([low, high], y) => [Math.min(low, y), Math.max(high, y)], [Infinity, -Infinity]);
}

/**
 * Places of a chart's points, [x, y] within a width and a height, as lists: a gap ends a list. The
 * points are sorted by time; those without one are left out.
 */
export function lines(points, width, height) {
  const timed = points.filter(([at]) => at > 0).sort(([a], [b]) => a - b);
  const found = range(timed);
  if (found === null) return [];
  const low = Math.min(0, found[0]);
  const high = Math.max(0, found[1]) - low || 1;
  const first = timed[0][0];
  const wide = timed.at(-1)[0] - first;
  const all = [];
  let line = null;
  for (const [at, y] of timed) {
    if (y === null) {
      line = null;
      continue;
    }
    if (line === null) all.push(line = []);
    line.push([wide === 0 ? width / 2 : ((at - first) / wide) * width,
      height - ((y - low) / high) * height]);
  }
  return all;
}

/** A bucket's bounds in words: "0.5 to 1", "above 1", "around zero, up to 0.25". */
export function boundsText({from, to}) {
  const [low, high] = [Number(from), Number(to)];
  if (low === -high && Number.isFinite(low)) {
    return low === 0 ? 'zero' : `around zero, up to ${shortNumber(high)}`;
  }
  if (low === -Infinity) return high === Infinity ? 'all' : `up to ${shortNumber(high)}`;
  if (high === Infinity) return `above ${shortNumber(low)}`;
  return `${shortNumber(low)} to ${shortNumber(high)}`;
}

/** The buckets without the empty ones at both ends. */
export function occupied(buckets) {
  const has = ({count}) => count !== '0';
  return buckets.slice(Math.max(0, buckets.findIndex(has)), buckets.findLastIndex(has) + 1);
}
