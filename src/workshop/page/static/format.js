// Formats values for people, with the same units as in the terminal.

export function bytes(count) {
  if (count < 1000) return `${count} B`;
  return count < 1e6 ? `${(count / 1e3).toFixed(1)} KB` : `${(count / 1e6).toFixed(1)} MB`;
}

export function duration(nanos) {
  const size = Math.abs(nanos);
  if (size === 0) return '0';
  if (size < 1e5) return `${(nanos / 1e3).toFixed(size < 1e4 ? 1 : 0)} µs`;
  if (size < 1e9) return `${(nanos / 1e6).toFixed(1)} ms`;
  if (size < 6e10) return `${(nanos / 1e9).toFixed(2)} s`;
  if (size < 864e11) return `${(nanos / 6e10).toFixed(1)} min`;
  return `${(nanos / 864e11).toFixed(1)} days`;
}

const two = (number) => String(number).padStart(2, '0');

/** Local time of day with milliseconds; or the date and the time, unless it is today. */
export function time(millis) {
  const at = new Date(millis);
  if (Number.isNaN(at.getTime())) return 'invalid time';
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return at.toDateString() === new Date().toDateString() ?
    `${clock}.${String(at.getMilliseconds()).padStart(3, '0')}` :
    `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${clock}`;
}

/** Nanoseconds since 1970, as a string as in OTLP/JSON, in local time; 0 means none was sent. */
export function nanosTime(nanos) {
  return BigInt(nanos) === 0n ? 'no time' : time(Number(BigInt(nanos) / 1000000n));
}

export function plural(count, noun) {
  return `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}`;
}

/** 913 B decoded from 402 B: "2.3×". */
export function ratio(exchange) {
  return exchange.gzip && exchange.wireBytes > 0 ?
    `${(exchange.decodedBytes / exchange.wireBytes).toFixed(1)}×` : '';
}

/** The status code and its name; what happened instead if none was sent. */
export function answerText(exchange) {
  return exchange.code < 0 ? exchange.codeName : `${exchange.code} ${exchange.codeName}`;
}

export function sizeText(exchange) {
  return exchange.gzip ?
    `${bytes(exchange.wireBytes)} gzip, ` +
      `${bytes(exchange.decodedBytes)} decoded (${ratio(exchange)})` :
    `${bytes(exchange.wireBytes)}, not compressed`;
}
