import {get} from './api.js';
import {element, fill, foreign, icon, setContent, setText} from './dom.js';
import {about, number, plural, tail, words} from './format.js';
import {keepFresh} from './live.js';
import {bar, cell, empty, keyed, nothingYet, pager, problemPlace, row, select, setState, table, time} from './pieces.js';

const STATES = ['QUEUED', 'RUNNING', 'PAUSED', 'SCHEDULED', 'SUCCEEDED', 'PARTIAL', 'FAILED', 'CANCELLED'];
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const PAGE = 50;

const WHY = {
  paused: 'paused',
  scheduled: 'not before its time',
  'waiting-for-batches': 'waits for other batches',
  'no-workers': 'no worker is there',
  'rate-limited': 'held back by the provider',
  retrying: 'all that is left waits to be tried again',
  measuring: 'still measuring',
  done: '',
};

/** Newest first, by state, and found by name, tag or id. */
export async function show(main, {query, signal}) {
  const troubles = problemPlace();
  const list = batchTable('Batches');
  const place = element('div');
  const scope = element('p.scope');
  let state = STATES.includes(query.get('state')) ? query.get('state') : '';
  let text = query.get('q') ?? '';
  let items = [];
  let pages = 1;
  let more = false;

  const states = select([['', 'Any state'], ...STATES.map((name) => [name, words(name)])], state, {id: 'batch-state'});
  const search = element('input', {type: 'search', id: 'batch-search', placeholder: 'Name, tag, or id of a batch or job', autocomplete: 'off'});
  search.value = text;
  const form = element('form.filter', {role: 'search'},
    element('label.unseen', {for: 'batch-search'}, 'Name, tag or id'), search,
    element('label.unseen', {for: 'batch-state'}, 'State'), states);
  const end = pager(['batch', 'batches'], async () => {
    pages++;
    await refresh();
  });
  fill(main,
    element('div.head', {}, element('h1', {}, 'Batches'), element('a.button.primary', {href: '#/upload'}, icon('upload'), 'Upload')),
    form, troubles.node, scope, place, end.node);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    open(search.value.trim());
  });
  search.addEventListener('input', () => {
    text = search.value.trim();
    keep();
    tell();
  });
  states.addEventListener('change', () => {
    state = states.value;
    pages = 1;
    keep();
    fresh.soon();
    refresh().catch((failure) => troubles.show(failure));
  });

  function keep() {
    const parameters = new URLSearchParams();
    if (state) {
      parameters.set('state', state);
    }
    if (text) {
      parameters.set('q', text);
    }
    history.replaceState(null, '', `#/batches${parameters.size ? `?${parameters}` : ''}`);
  }

  async function open(id) {
    if (!UUID.test(id)) {
      return;
    }
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
    setText(scope, 'Neither a batch nor a job of this workspace has that id.');
  }

  function matches(batch) {
    const wanted = text.toLowerCase();
    return !wanted || batch.id === wanted || (batch.name ?? '').toLowerCase().includes(wanted)
      || batch.tags.some((tag) => tag.toLowerCase().includes(wanted));
  }

  function tell() {
    const found = items.filter(matches);
    list.set(found);
    setText(scope, !text ? ''
      : UUID.test(text) ? 'Press Enter to open what has this id.'
        : `${found.length} of the ${plural(items.length, 'batch', 'batches')} read so far${more ? '; “More” reads older ones' : ''}.`);
    setContent(place, [found.length > 0, text, state], () => found.length > 0 ? list.node
      : text ? empty('None of them has that name or tag')
        : state ? empty(`No batch is ${words(state).toLowerCase()}`, element('p', {}, element('a', {href: '#/batches'}, 'Show all')))
          : nothingYet());
    end.update(items.length, more);
  }

  async function refresh() {
    const read = [];
    let cursor = null;
    for (let page = 0; page < pages; page++) {
      const answer = await get('/batches', {state, limit: PAGE, cursor}, signal);
      read.push(...answer.items);
      cursor = answer.nextCursor;
      if (!cursor) {
        break;
      }
    }
    items = read;
    more = Boolean(cursor);
    tell();
  }

  const fresh = keepFresh({
    stream: '/events',
    on(type, data) {
      const id = type === 'progress' ? data.batchId : type === 'batch' ? data.id : null;
      if (id === null) {
        return false;
      }
      const at = items.findIndex((batch) => batch.id === id);
      if (at >= 0) {
        items[at] = {...items[at], ...data, id};
        list.patch(id, items[at]);
      }
      return type === 'batch' && (at < 0 || Boolean(state));
    },
    refresh,
    failed: (failure) => troubles.show(failure),
    signal,
  });

  return (next) => {
    const wanted = STATES.includes(next.get('state')) ? next.get('state') : '';
    if (wanted !== state || (next.get('q') ?? '') !== text) {
      state = wanted;
      states.value = state;
      text = next.get('q') ?? '';
      search.value = text;
      pages = 1;
      fresh.soon();
      refresh().catch((failure) => troubles.show(failure));
    }
    return true;
  };
}

/** Batches one below the other, each with how far it is. */
export function batchTable(caption) {
  const {node, body} = table(caption, ['Batch', 'State', 'Progress', 'Rate', 'Left', 'Accepted'], 'batches');
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
        cell('number.rate', 'Documents a minute', rate),
        cell('number', 'Left', left),
        cell('fit.when', '', time(first.createdAt))),
      update(batch) {
        setContent(name, [batch.name, batch.id], () => batch.name ? foreign(batch.name) : ['Batch ', element('code', {}, tail(batch.id))]);
        setContent(tags, batch.tags, () => batch.tags.map((tag) => element('span.tag', {}, foreign(tag))));
        setState(state, batch.state);
        progress.update(batch.counts, batch.progress.percent, 'Documents done');
        setText(done, doneOf(batch));
        setText(rate, batch.progress.documentsPerMinute === null ? '–' : `${number(batch.progress.documentsPerMinute)}/min`);
        setText(left, batch.terminal ? '' : leftOf(batch));
        left.title = batch.terminal ? '' : whyOf(batch);
      },
    };
  });
  return {node, ...rows};
}

export function doneOf({counts}) {
  return `${number(counts.succeeded + counts.dead + counts.cancelled)} of ${number(counts.total)}`;
}

/** The time that is left, or a dash where it cannot be told. */
export function leftOf(batch) {
  const eta = batch.eta;
  if (!eta || eta.seconds === null || eta.seconds === undefined) {
    return '–';
  }
  return about(eta.seconds);
}

/** Why the time that is left cannot be told, or between what it lies. */
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
