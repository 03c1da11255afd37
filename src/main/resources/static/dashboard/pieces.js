/** Components that several views use: states, bars, times, tables, problems and empty states. */

import {element, fill, foreign, icon, setContent, setText} from './dom.js';
import {absolute, number, plural, relative, words} from './format.js';

const LOOKS = {
  SCHEDULED: 'clock',
  QUEUED: 'ring',
  RUNNING: 'play',
  PAUSED: 'pause',
  RETRYING: 'again',
  SUCCEEDED: 'check',
  PARTIAL: 'half',
  FAILED: 'cross',
  DEAD: 'cross',
  CANCELLED: 'ban',
  LOST: 'cross',
  HANDED_BACK: 'again',
  PENDING: 'clock',
  DELIVERED: 'check',
};

/** In the order of the segments of a bar. */
export const OUTCOMES = ['succeeded', 'dead', 'cancelled', 'running', 'retrying', 'queued', 'scheduled'];

/** A state as text, icon and colour. */
export function state(name, text = words(name)) {
  return element('span.state', {data: {state: name}}, icon(LOOKS[name] ?? 'dot'), text);
}

export function setState(node, name, text) {
  setContent(node, [name, text], () => state(name, text));
}

/** A relative time, kept up to date by {@link keepTimes}. Its title is the absolute time. */
export function time(at, lead = '') {
  if (!at) {
    return element('span.muted', {}, '–');
  }
  return element('time', {datetime: at, title: absolute(at), data: {lead}}, lead + relative(at));
}

export function keepTimes() {
  setInterval(() => {
    for (const node of document.querySelectorAll('time[datetime]')) {
      setText(node, node.dataset.lead + relative(node.dateTime));
    }
  }, 5000);
}

/** A bar with a segment for each outcome, described in words for screen readers. */
export function bar() {
  const parts = Object.fromEntries(OUTCOMES.map((name) => [name, element('span', {data: {part: name}})]));
  const node = element('div.bar', {role: 'progressbar', 'aria-valuemin': 0, 'aria-valuemax': 100},
    OUTCOMES.map((name) => parts[name]));
  return {
    node,
    update(counts, percent, label) {
      for (const name of OUTCOMES) {
        parts[name].style.flexGrow = counts[name];
        parts[name].hidden = counts[name] === 0;
      }
      node.setAttribute('aria-valuenow', Math.floor(percent));
      node.setAttribute('aria-valuetext', `${number(percent)} %: ${tell(counts)}`);
      node.setAttribute('aria-label', label);
      node.title = tell(counts);
    },
  };
}

/** '5 succeeded, 2 dead' */
export function tell(counts) {
  const parts = OUTCOMES.filter((name) => counts[name] > 0).map((name) => `${number(counts[name])} ${name}`);
  return parts.length ? parts.join(', ') : 'no documents';
}

/**
 * Rows by key, updated in place, so that a refresh keeps focus and selection.
 *
 * @param {Element} parent
 * @param {(item: object) => string} key
 * @param {(item: object) => {node: Element, update: (item: object) => void}} create
 */
export function keyed(parent, key, create) {
  const rows = new Map();

  function rowOf(item) {
    let row = rows.get(key(item));
    if (!row) {
      row = create(item);
      rows.set(key(item), row);
    }
    row.item = item;
    row.update(item);
    return row;
  }

  return {
    /** Shows exactly these items, in this order. */
    set(items) {
      const wanted = new Set(items.map(key));
      for (const [id, row] of rows) {
        if (!wanted.has(id)) {
          row.node.remove();
          rows.delete(id);
        }
      }
      let before = parent.firstChild;
      for (const item of items) {
        const {node} = rowOf(item);
        if (node === before) {
          before = before.nextSibling;
        } else {
          parent.insertBefore(node, before);
        }
      }
    },
    /** Updates an existing row. @returns whether it exists */
    patch(id, change) {
      const row = rows.get(id);
      if (row) {
        row.item = {...row.item, ...change};
        row.update(row.item);
      }
      return Boolean(row);
    },
    rows() {
      return [...rows.values()];
    },
  };
}

/**
 * A table whose rows become cards on narrow screens. The explicit roles keep it a table for screen readers, because the
 * styles would remove that meaning.
 *
 * @param {string} caption accessible name
 * @param {Array<string|Node>} columns headings; an empty heading is for actions
 */
export function table(caption, columns, name) {
  const body = element('tbody', {role: 'rowgroup'});
  const node = element(`table.cards.${name}`, {role: 'table', 'aria-label': caption},
    element('thead', {role: 'rowgroup'},
      element('tr', {role: 'row'}, columns.map((column) =>
        element('th', {role: 'columnheader', scope: 'col'},
          column || element('span.unseen', {}, 'Actions'))))),
    body);
  return {node, body};
}

export function row(...cells) {
  return element('tr', {role: 'row'}, cells);
}

/** @param label shown before the content when the row is a card */
export function cell(name, label, ...content) {
  return element(`td.${name}`, {role: 'cell', data: label ? {label} : {}}, content);
}

export function empty(title, ...more) {
  return element('div.empty', {}, element('p.empty-title', {}, title), more);
}

export function command(text) {
  const [code, , button] = copied(text);
  button.setAttribute('aria-label', 'Copy command');
  return element('div.command', {}, element('pre', {tabindex: 0, 'aria-label': 'Command'}, code), button);
}

/** An ID with a button that copies it. */
export function copied(id) {
  const button = element('button.quiet.small', {type: 'button', 'aria-label': 'Copy ID'}, 'Copy');
  const code = element('code', {}, id);
  button.addEventListener('click', async () => {
    try {
      await navigator.clipboard.writeText(id);
      setText(button, 'Copied');
    } catch {
      getSelection().selectAllChildren(code);
      setText(button, 'Selected');
    }
    setTimeout(() => setText(button, 'Copy'), 2000);
  });
  return [code, ' ', button];
}

/** The empty state of a new workspace, with the first steps. */
export function nothingYet() {
  return empty('No documents yet',
    element('p', {}, 'Drop files anywhere on this page, ', element('a', {href: '#/upload'}, 'choose files'), ' to upload, or send them with curl:'),
    command(`curl ${new URL('api/v1/batches', document.baseURI)} -F files=@report.pdf`));
}

/** An error of the API: its detail, its code, the invalid fields, and the request ID to find it in the log. */
export function problem(failure, again) {
  return element('div.problem', {role: 'alert'},
    icon('half'),
    element('div', {},
      element('p.problem-detail', {}, failure.message),
      failure.errors?.length
        ? element('ul', {}, failure.errors.slice(0, 20).map((error) =>
          element('li', {}, element('code', {}, error.code), ' ', error.pointer ? [foreign(error.pointer), ': '] : '',
            foreign(error.detail ?? ''))))
        : null,
      element('p.problem-code', {},
        failure.code ? ['code ', element('code', {}, failure.code)] : null,
        failure.status ? ` · HTTP ${failure.status}` : null,
        failure.requestId ? [' · request ID ', element('code', {}, failure.requestId)] : null)),
    again ? element('button', {type: 'button', on: {click: again}}, 'Try again') : null);
}

/** A place that shows a problem or nothing. */
export function problemPlace() {
  const node = element('div');
  return {
    node,
    show(failure) {
      fill(node, failure ? problem(failure) : null);
    },
  };
}

/** A label above its input, with an optional hint. */
export function field(label, input, hint) {
  const id = `f-${label.toLowerCase().replace(/[^a-z]+/g, '-')}`;
  input.id = id;
  if (hint) {
    input.setAttribute('aria-describedby', `${id}-hint`);
  }
  return element('div.field', {}, element('label', {for: id}, label), input,
    hint ? element('p.hint', {id: `${id}-hint`}, hint) : null);
}

/** @param options pairs of value and text */
export function select(options, chosen, attributes = {}) {
  const node = element('select', attributes, options.map(([value, text]) => element('option', {value}, text)));
  node.value = chosen ?? '';
  return node;
}

/** A description list. Pairs without a value are omitted. */
export function facts(pairs, form = 'facts') {
  return element(`dl.${form}`, {}, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => element('div', {}, element('dt', {}, name), element('dd', {}, value))));
}

/**
 * The footer of a list that is read page by page.
 *
 * @param {() => Promise<void>} more reads the next page
 */
export function pager(what, more) {
  const count = element('p.muted');
  const button = element('button', {type: 'button'}, 'Load more');
  button.addEventListener('click', async () => {
    button.disabled = true;
    try {
      await more();
    } finally {
      button.disabled = false;
    }
  });
  const node = element('div.pager', {hidden: true}, count, button);
  return {
    node,
    update(shown, hasMore) {
      node.hidden = shown === 0 && !hasMore;
      setText(count, !hasMore ? `All ${plural(shown, what[0], what[1])}`
        : shown > 0 ? `First ${plural(shown, what[0], what[1])}` : 'There are more to search.');
      button.hidden = !hasMore;
    },
  };
}

/** Tabs, updated in place. They are links, so that each can be bookmarked. */
export function tabs(label) {
  const node = element('nav.tabs', {'aria-label': label});
  const links = keyed(node, ({href}) => href, ({text, href}) => {
    const count = element('span.count');
    const link = element('a', {href}, text, count);
    return {
      node: link,
      update({current, count: shown}) {
        if (current) {
          link.setAttribute('aria-current', 'true');
        } else {
          link.removeAttribute('aria-current');
        }
        count.hidden = shown === undefined;
        setText(count, number(shown));
      },
    };
  });
  return {node, update: links.set};
}
