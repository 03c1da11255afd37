/** Formats of numbers, sizes and times. */

const NUMBER = new Intl.NumberFormat('en', {maximumFractionDigits: 1});
const WHOLE = new Intl.NumberFormat('en', {maximumFractionDigits: 0});
const SHORT = new Intl.NumberFormat('en', {notation: 'compact', maximumFractionDigits: 1});
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

export const NOTHING = '–';

export function number(value) {
  return value === null || value === undefined ? NOTHING : NUMBER.format(value);
}

/** For tiles and axes: 12,345 stays, 1,234,567 becomes 1.2M. */
export function short(value) {
  return value === null || value === undefined ? NOTHING : value < 100000 ? WHOLE.format(value) : SHORT.format(value);
}

export function plural(count, one, many = `${one}s`) {
  return `${WHOLE.format(count)} ${count === 1 ? one : many}`;
}

export function bytes(value) {
  if (value === null || value === undefined) {
    return NOTHING;
  }
  let unit = 0;
  let size = value;
  while (size >= 1024 && unit < UNITS.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${size >= 100 || unit === 0 ? WHOLE.format(size) : NUMBER.format(size)} ${UNITS[unit]}`;
}

/** @param value seconds */
export function duration(value) {
  if (value === null || value === undefined) {
    return NOTHING;
  }
  if (value < 1) {
    return `${Math.round(value * 1000)} ms`;
  }
  if (value < 10) {
    return `${NUMBER.format(value)} s`;
  }
  if (value < 60) {
    return `${Math.round(value)} s`;
  }
  const parts = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]];
  const from = parts.findIndex(([, seconds]) => value >= seconds);
  const [unit, seconds] = parts[from];
  const whole = Math.floor(value / seconds);
  const [restUnit, restSeconds] = parts[Math.min(from + 1, 3)];
  const rest = Math.floor((value - whole * seconds) / restSeconds);
  return rest > 0 && whole < 10 ? `${whole} ${unit} ${rest} ${restUnit}` : `${whole} ${unit}`;
}

/** An estimated duration, rounded to a plausible precision: '8 min', '2 h'. */
export function about(value) {
  const step = value < 60 ? 5 : value < 3600 ? 60 : value < 86400 ? 900 : 3600;
  return duration(Math.max(step, Math.round(value / step) * step));
}

/** Seconds between two timestamps of the API. */
export function between(from, to) {
  return from && to ? (new Date(to) - new Date(from)) / 1000 : null;
}

/** With date and time zone, for the title of a relative time. */
export function absolute(at) {
  return new Date(at).toLocaleString('en-GB', {dateStyle: 'medium', timeStyle: 'long'});
}

export function clock(at) {
  return new Date(at).toLocaleTimeString('en-GB', {hour: '2-digit', minute: '2-digit'});
}

export function relative(at) {
  const seconds = (Date.now() - new Date(at)) / 1000;
  const past = seconds >= 0;
  const span = Math.abs(seconds);
  if (span < 5) {
    return 'now';
  }
  if (span > 20 * 86400) {
    return new Date(at).toLocaleDateString('en-GB', {day: 'numeric', month: 'short', year: 'numeric'});
  }
  const [unit, size] = [['d', 86400], ['h', 3600], ['min', 60], ['s', 1]].find(([, s]) => span >= s);
  const text = `${past ? Math.floor(span / size) : Math.round(span / size)} ${unit}`;
  return past ? `${text} ago` : `in ${text}`;
}

/** 'PARTIAL' becomes 'Partial', 'HANDED_BACK' becomes 'Handed back'. */
export function words(constant) {
  const text = constant.toLowerCase().replaceAll('_', ' ').replaceAll('-', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The end of an ID, the part in which IDs differ. */
export function tail(id) {
  return id.slice(-8);
}
