import {get, list} from './api.js';
import {element, fill, foreign, icon, setContent, setText} from './dom.js';
import {about, number, tail, words} from './format.js';
import {keepFresh} from './live.js';
import {bar, cell, empty, keyed, nothingYet, pager, problemPlace, row, select, setState, table, time} from './pieces.js';

const STATES = ['QUEUED', 'RUNNING', 'PAUSED', 'SCHEDULED', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PAGE = 50;
const ENTER = 'Press Enter to open the batch or job with this ID.';
/** Milliseconds after the last keystroke before the search starts. */
const TYPED = 300;

const WHY = {
  paused: 'paused',
  scheduled: 'not due yet',
  'waiting-for-batches': 'waiting for other batches',
  'no-workers': 'no workers',
  'rate-limited': 'limited by the embedding provider',
  retrying: 'waiting to retry',
  measuring: 'estimating',
  done: '',
};

/** The batches, newest first, filtered by state, name and tag. An ID in the search field opens that batch or job. */
export async function show(main, {query, signal}) {
  const troubles = problemPlace();
  const rows = batchTable('Batches');
  const place = element('div');
  const scope = element('p.scope', {role: 'status'});
  const chip = element('div');
  let filter = filterOf(query);
  let items = [];
  let pages = 1;
  let more = false;
  let typing = null;

  const states = select([['', 'Any state'], ...STATES.map((name) => [name, words(name)])], filter.state, {id: 'batch-state'});
  const search = element('input', {type: 'search', id: 'batch-search', maxlength: 200, placeholder: 'Batch name, batch ID or job ID', autocomplete: 'off', spellcheck: 'false'});
  search.value = filter.name;
  const form = element('form.filter', {role: 'search'},
    element('label.unseen', {for: 'batch-search'}, 'Name or ID'), search,
    element('label.unseen', {for: 'batch-state'}, 'State'), states, chip);
  const end = pager(['batch', 'batches'], async () => {
    pages++;
    await fresh.now();
  });
  fill(main,
    element('div.head', {}, element('h1', {}, 'Batches'), element('a.button.primary', {href: '#/upload'}, icon('upload'), 'Upload')),
    form, troubles.node, scope, place, end.node);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    clearTimeout(typing);
    const text = search.value.trim();
    if (UUID.test(text)) {
      open(text);
    } else {
      apply({...filter, name: text});
    }
  });
  search.addEventListener('input', () => {
    clearTimeout(typing);
    typing = setTimeout(() => apply({...filter, name: search.value.trim()}), TYPED);
  });
  signal.addEventListener('abort', () => clearTimeout(typing));
  states.addEventListener('change', () => apply({...filter, state: states.value}));

  /** Updates the address without adding a history entry for each letter typed. */
  function apply(wanted) {
    if (JSON.stringify(wanted) === JSON.stringify(filter)) {
      return;
    }
    filter = wanted;
    pages = 1;
    history.replaceState(null, '', hrefOf(filter));
    tellChip();
    fresh.now();
  }

  function tellChip() {
    setContent(chip, filter, () => filter.tag === '' ? []
      : element('a.button', {href: hrefOf({...filter, tag: ''}), 'aria-label': `Remove tag filter ${filter.tag}`},
        'Tag ', foreign(filter.tag), icon('cross')));
  }

  async function open(id) {
    for (const kind of ['batches', 'jobs']) {
      try {
        await get(`/${kind}/${id}`, {}, signal);
        location.hash = `#/${kind}/${id}`;
        return;
      } catch (failure) {
        if (failure.status !== 404) {
          troubles.show(failure);
          return;
        }
      }
    }
    setText(scope, 'No batch or job in this workspace has this ID.');
  }

  function none() {
    if (filter.name) {
      return empty(more ? 'No matches so far' : 'No batch name contains this text',
        filter.tag || filter.state ? element('p', {}, element('a', {href: hrefOf({...filter, tag: '', state: ''})}, 'Search all batches')) : null,
        filter.tag ? null : element('p', {}, element('a', {href: hrefOf({name: '', state: '', tag: filter.name.slice(0, 64)})}, 'Search for it as a tag')));
    }
    if (filter.tag || filter.state) {
      return empty(more ? 'No matches so far'
        : filter.tag ? 'No batches with this tag' : `No ${words(filter.state).toLowerCase()} batches`,
        element('p', {}, element('a', {href: '#/batches'}, 'Clear filters')));
    }
    return nothingYet();
  }

  function tell() {
    rows.set(items);
    setText(scope, '');
    setContent(place, [items.length > 0, filter, more], () => items.length > 0 ? rows.node : none());
    end.update(items.length, more);
  }

  async function refresh(wanted) {
    if (UUID.test(filter.name)) {
      setText(scope, ENTER);
      return true;
    }
    const read = await list('/batches', filter, PAGE * pages, wanted);
    ({items, more} = read);
    tell();
    return false;
  }

  tellChip();
  const fresh = keepFresh({
    stream: '/events',
    on(type, data) {
      if (type === 'snapshot') {
        return true;
      }
      const id = type === 'progress' ? data.batchId : type === 'batch' ? data.id : null;
      const at = id === null ? -1 : items.findIndex((batch) => batch.id === id);
      if (at >= 0) {
        items[at] = {...items[at], ...data, id};
        rows.patch(id, items[at]);
      }
      return type === 'batch' && (at < 0 || Boolean(filter.state));
    },
    refresh,
    failed: (failure) => troubles.show(failure),
    signal,
  });

  return (next) => {
    const wanted = filterOf(next);
    if (JSON.stringify(wanted) !== JSON.stringify(filter)) {
      states.value = wanted.state;
      search.value = wanted.name;
      apply(wanted);
    }
    return true;
  };
}

function filterOf(query) {
  return {
    name: (query.get('name') ?? '').trim(),
    state: STATES.includes(query.get('state')) ? query.get('state') : '',
    tag: query.get('tag') ?? '',
  };
}

function hrefOf(filter) {
  const parameters = new URLSearchParams(Object.entries(filter).filter(([, value]) => value !== ''));
  return `#/batches${parameters.size ? `?${parameters}` : ''}`;
}

/** A table of batches with their progress. */
export function batchTable(caption) {
  const {node, body} = table(caption, ['Batch', 'State', 'Progress', 'Rate', 'Time left', 'Created'], 'batches');
  const rows = keyed(body, (batch) => batch.id, (first) => {
    const name = element('a.name', {href: `#/batches/${first.id}`});
    const tags = element('span');
    const state = element('span');
    const progress = bar();
    const done = element('span');
    const rate = element('span');
    const left = element('span');
    return {
      node: row(
        cell('grow', '', name, tags),
        cell('fit', '', state),
        cell('wide-cell', '', element('div.with-bar', {}, progress.node, done)),
        cell('number', 'Rate', rate),
        cell('number', 'Time left', left),
        cell('fit.when', 'Created', time(first.createdAt))),
      update(batch) {
        setContent(name, [batch.name, batch.id], () => batch.name ? foreign(batch.name) : ['Batch ', element('code', {}, tail(batch.id))]);
        setContent(tags, batch.tags, () => batch.tags.map((tag) => tagOf(tag)));
        setState(state, batch.state);
        progress.update(batch.counts, batch.progress.percent, 'Documents finished');
        const minutes = batch.terminal ? '' : leftOf(batch);
        const why = batch.terminal ? '' : whyOf(batch);
        setText(done, minutes || !why ? doneOf(batch) : `${doneOf(batch)} · ${why}`);
        setText(rate, batch.progress.documentsPerMinute === null ? '' : `${number(batch.progress.documentsPerMinute)}/min`);
        setText(left, minutes);
        left.title = why;
      },
    };
  });
  return {node, ...rows};
}

/** A tag that links to the batches with it. */
export function tagOf(tag) {
  return element('a.tag', {href: hrefOf({name: '', state: '', tag}), title: `Show batches with the tag ${tag}`}, foreign(tag));
}

export function doneOf({counts}) {
  return `${number(counts.succeeded + counts.dead + counts.cancelled)} of ${number(counts.total)}`;
}

/** The estimated time left, or an empty string if there is no estimate. */
export function leftOf(batch) {
  const eta = batch.eta;
  if (!eta || eta.seconds === null || eta.seconds === undefined) {
    return '';
  }
  return about(eta.seconds);
}

/** The range of the estimate, or the reason why there is no estimate. */
export function whyOf(batch) {
  const eta = batch.eta;
  if (!eta) {
    return '';
  }
  if (eta.reason) {
    return WHY[eta.reason] ?? words(eta.reason).toLowerCase();
  }
  return typeof eta.low === 'number' && typeof eta.high === 'number' && eta.low !== eta.high
    ? `${about(eta.low)} to ${about(eta.high)}` : '';
}
