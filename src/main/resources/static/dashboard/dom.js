/**
 * Builds elements from text. Nothing is ever parsed as HTML, because file names and documents are untrusted. The
 * Content-Security-Policy of the page forbids it too (require-trusted-types-for).
 */

const SVG = 'http://www.w3.org/2000/svg';
const FORBIDDEN = /^(on|style$|srcdoc$)/i;
const PLACES = /^(href|src|action|formaction)$/i;

/**
 * @param {string} name such as 'p', or 'p.muted' with classes
 * @param {object} attributes null and false omit an attribute; `on` holds event listeners, `data` holds data attributes
 * @param {...(Node|string|number|null|undefined|Array)} children strings become text nodes
 */
export function element(name, attributes = {}, ...children) {
  const [tag, ...classes] = name.split('.');
  const node = document.createElement(tag);
  if (classes.length) {
    node.className = classes.join(' ');
  }
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (key === 'on') {
      for (const [event, listener] of Object.entries(value)) {
        node.addEventListener(event, listener);
      }
    } else if (key === 'data') {
      Object.assign(node.dataset, value);
    } else {
      attribute(node, key, value);
    }
  }
  add(node, children);
  return node;
}

function attribute(node, key, value) {
  if (FORBIDDEN.test(key)) {
    throw new Error(`attribute ${key} is not allowed`);
  }
  if (value === null || value === undefined || value === false) {
    node.removeAttribute(key);
    return;
  }
  if (PLACES.test(key) && !staysHere(String(value))) {
    throw new Error('links to other sites are not allowed');
  }
  node.setAttribute(key, value === true ? '' : String(value));
}

function staysHere(address) {
  const url = new URL(address, document.baseURI);
  return url.origin === location.origin || (url.protocol === 'blob:' && address.startsWith(`blob:${location.origin}/`));
}

/** Appends the children. Flattens nested arrays and skips null, undefined and false. */
export function add(node, children) {
  for (const child of [children].flat(Infinity)) {
    if (child !== null && child !== undefined && child !== false) {
      node.append(child instanceof Node ? child : String(child));
    }
  }
  return node;
}

/** Replaces the content of the node. */
export function fill(node, ...children) {
  node.replaceChildren();
  return add(node, children);
}

/** Changes the text only if it differs, so that a refresh does not clear a selection. */
export function setText(node, text) {
  const wanted = text === null || text === undefined ? '' : String(text);
  if (node.textContent !== wanted) {
    node.textContent = wanted;
  }
}

/** Rebuilds the content only if its signature has changed. */
export function setContent(node, signature, build) {
  const wanted = JSON.stringify(signature) ?? 'undefined';
  if (node.signature !== wanted) {
    node.signature = wanted;
    fill(node, build());
  }
}

/** Text from outside the application, with its own writing direction so that it does not affect the text around it. */
export function foreign(text, attributes = {}) {
  return element('bdi', attributes, text);
}

const ICONS = {
  overview: 'M2 13V8M6 13V3M10 13V6M14 13v-3',
  batches: 'M2 4h12M2 8h12M2 12h7',
  dead: 'M8 2.2 14.5 13.5h-13ZM8 6.5v3.2M8 11.6v.2',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10ZM10.8 10.8 14 14',
  upload: 'M8 11V2.5M4.5 6 8 2.5 11.5 6M2.5 13.5h11',
  check: 'm3 8.5 3.2 3.2L13 4.8',
  cross: 'm4 4 8 8M12 4l-8 8',
  dot: 'M8 5.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z',
  ring: 'M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3Z',
  clock: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3.2l2 1.3',
  again: 'M13 8a5 5 0 1 1-1.6-3.7M13 2.5v3h-3',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  play: 'M5 3.2v9.6l8-4.8Z',
  ban: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM4.2 4.2l7.6 7.6',
  half: 'M8 2.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11ZM8 5v3.6M8 10.8v.2',
  key: 'M10.5 2.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM8.2 7.8 2.5 13.5M4 12l1.5 1.5',
  theme: 'M8 2.5a5.5 5.5 0 1 0 0 11ZM8 2.5a5.5 5.5 0 0 1 0 11',
  bolt: 'M9 1.8 3.5 9H8l-1 5.2L12.5 7H8Z',
  download: 'M8 2.5V11M4.5 7.5 8 11l3.5-3.5M2.5 13.5h11',
  trash: 'M3 4.5h10M6 4.5v-2h4v2M4.5 4.5l.6 9h5.8l.6-9',
  file: 'M4 1.8h5l3 3v9.4H4ZM9 1.8v3h3',
  chevron: 'm6 3.5 4.5 4.5L6 12.5',
};

/** A 16 by 16 icon in the text colour. Hidden from screen readers, because a text label is always next to it. */
export function icon(name) {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(SVG, 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** Announces the result of a user action to screen readers. Not for progress. */
export function say(text) {
  document.getElementById('said').textContent = text;
}

/**
 * A message that disappears after some seconds. A failure stays until the user dismisses it.
 *
 * @param {'done'|'failed'} kind
 * @param {string|null} href link to the details
 */
export function toast(text, kind = 'done', href = null) {
  const close = element('button.quiet.square', {type: 'button', 'aria-label': 'Dismiss'}, icon('cross'));
  const node = element(`div.toast.${kind}`, {}, icon(kind === 'done' ? 'check' : 'half'),
    element('p', {}, href ? element('a', {href}, text) : text), close);
  close.addEventListener('click', () => node.remove());
  document.getElementById('toasts').append(node);
  say(text);
  if (kind === 'done') {
    setTimeout(() => node.remove(), 6000);
  }
}
