import {list, post, Problem} from './api.js';
import {confirmed} from './dialogs.js';
import {element, fill, foreign, icon, setContent, setText} from './dom.js';
import {number, plural, tail, words} from './format.js';
import {keepFresh} from './live.js';
import {cell, empty, keyed, pager, problemPlace, row, select, table, time} from './pieces.js';

const CLASSES = ['INVALID_INPUT', 'TRANSIENT', 'RATE_LIMITED', 'TIMEOUT', 'RESOURCE', 'POISON', 'CANCELLED', 'INTERNAL'];
const PAGE = 50;
const MOST_IDS = 1000;

/** The dead letters: filter, replay or discard them. */
export async function show(main, {query, signal}) {
  const troubles = problemPlace();
  const place = element('div');
  const chosen = new Set();
  const bulk = bulkOf();
  let filter = filterOf(query);
  let items = [];
  let pages = 1;
  let more = false;

  const classes = select([['', 'Any error class'], ...CLASSES.map((name) => [name, words(name)])], filter.class, {id: 'dead-class', name: 'class'});
  const code = element('input', {id: 'dead-code', name: 'code', placeholder: 'Error code, e.g. encrypted-document', autocomplete: 'off', spellcheck: 'false'});
  const batch = element('input', {id: 'dead-batch', name: 'batchId', placeholder: 'Batch ID', autocomplete: 'off', spellcheck: 'false'});
  code.value = filter.code;
  batch.value = filter.batchId;
  const form = element('form.filter', {},
    element('label.unseen', {for: 'dead-class'}, 'Error class'), classes,
    element('label.unseen', {for: 'dead-code'}, 'Error code'), code,
    element('label.unseen', {for: 'dead-batch'}, 'Batch ID'), batch,
    element('button', {type: 'submit'}, 'Filter'));
  const letters = letterTable((id, on) => {
    if (on) {
      chosen.add(id);
    } else {
      chosen.delete(id);
    }
    bulk.tell();
  });
  const end = pager(['dead letter'], async () => {
    pages++;
    await fresh.now();
  });
  fill(main, element('div.head', {}, element('h1', {}, 'Dead letters')),
    element('p.lead', {}, 'Documents that failed permanently, oldest first. Replay them, or discard them to clear this list.'),
    form, troubles.node, bulk.node, place, end.node);

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    apply();
  });
  classes.addEventListener('change', apply);

  function apply() {
    const parameters = new URLSearchParams();
    for (const [name, value] of [['class', classes.value], ['code', code.value.trim()], ['batchId', batch.value.trim()]]) {
      if (value) {
        parameters.set(name, value);
      }
    }
    location.hash = `#/dead-letters${parameters.size ? `?${parameters}` : ''}`;
  }

  function narrowed() {
    return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== ''));
  }

  /** Created once, so that a refresh does not take the focus away. */
  function bulkOf() {
    const box = element('input', {type: 'checkbox'});
    const told = element('span');
    const replay = element('button', {type: 'button', on: {click: () => act('replay')}}, icon('again'), element('span'));
    const discard = element('button.danger', {type: 'button', on: {click: () => act('discard')}}, icon('trash'), element('span'));
    const shown = () => items.slice(0, MOST_IDS).map((job) => job.id);
    box.addEventListener('change', () => {
      chosen.clear();
      if (box.checked) {
        shown().forEach((id) => chosen.add(id));
      }
      tell();
      letters.check(chosen);
    });

    function act(verb) {
      if (chosen.size) {
        few(verb);
      } else {
        whole(verb);
      }
    }

    function tell() {
      const ids = shown();
      const all = Object.keys(narrowed()).length > 0 ? 'all matching' : 'all';
      const which = chosen.size ? number(chosen.size) : all;
      node.hidden = ids.length === 0;
      box.checked = ids.length > 0 && ids.every((id) => chosen.has(id));
      box.indeterminate = !box.checked && chosen.size > 0;
      setText(told, chosen.size ? `${number(chosen.size)} selected` : 'Select all shown');
      setText(replay.lastChild, `Replay ${which}`);
      setText(discard.lastChild, `Discard ${which}`);
    }

    const node = element('div.bulk', {hidden: true}, element('label.choice', {}, box, told), element('div.actions', {}, replay, discard));
    return {node, tell};
  }

  /** Acts on the selected dead letters. */
  function few(verb) {
    const ids = [...chosen].slice(0, MOST_IDS);
    ask(verb, ids.length, '', async () => post(`/dead-letters/${verb}`, {ids}));
  }

  /** Acts on everything that matches the filter. The API does nothing if it finds more than the number confirmed here. */
  async function whole(verb) {
    try {
      const count = await counted(verb);
      ask(verb, count, Object.keys(narrowed()).length ? ' that match this filter' : ' in this workspace',
        () => post(`/dead-letters/${verb}`, {filter: narrowed(), expectedCount: count}));
    } catch (failure) {
      troubles.show(failure);
    }
  }

  /** The number of matches. A request that expects none is refused, and the problem contains the actual number. */
  async function counted(verb) {
    try {
      await post(`/dead-letters/${verb}`, {filter: narrowed(), expectedCount: 0});
      return 0;
    } catch (failure) {
      if (failure instanceof Problem && failure.code === 'count-changed') {
        return failure.body.actualCount;
      }
      throw failure;
    }
  }

  async function ask(verb, count, which, call) {
    const replay = verb === 'replay';
    const done = await confirmed({
      title: replay ? 'Replay dead letters?' : 'Discard dead letters?',
      text: replay
        ? `${plural(count, 'document')}${which} will be queued again with a full set of attempts.`
        : `${plural(count, 'document')}${which} will be removed from this list. Discarded documents stay dead and can no longer be replayed. This cannot be undone.`,
      verb: `${replay ? 'Replay' : 'Discard'} ${plural(count, 'document')}`,
      harmless: replay,
      act: async () => {
        const answer = await call();
        return `${plural(answer.count, 'document')} ${replay ? 'queued again' : 'discarded'}.`;
      },
    });
    if (done) {
      chosen.clear();
      pages = 1;
      await fresh.now();
    }
  }

  async function refresh(wanted) {
    ({items, more} = await list('/dead-letters', narrowed(), PAGE * pages, wanted));
    const there = new Set(items.map((job) => job.id));
    for (const id of chosen) {
      if (!there.has(id)) {
        chosen.delete(id);
      }
    }
    letters.set(items);
    letters.check(chosen);
    setContent(place, [items.length > 0, filter], () => items.length > 0 ? letters.node
      : Object.keys(narrowed()).length ? empty('No matching dead letters', element('p', {}, element('a', {href: '#/dead-letters'}, 'Clear filters')))
        : empty('No dead letters', element('p', {}, 'Documents that fail permanently appear here with the reason.')));
    bulk.tell();
    end.update(items.length, more);
  }

  const fresh = keepFresh({
    stream: '/events',
    on: (type, data) => type === 'snapshot' || (type === 'job' && (data.state === 'DEAD' || letters.patch(data.id, data))),
    refresh,
    failed: (failure) => troubles.show(failure),
    signal,
    every: 4000,
  });

  return (next) => {
    filter = filterOf(next);
    classes.value = filter.class;
    code.value = filter.code;
    batch.value = filter.batchId;
    pages = 1;
    chosen.clear();
    fresh.now();
    return true;
  };
}

function filterOf(query) {
  return {
    class: CLASSES.includes(query.get('class')) ? query.get('class') : '',
    code: query.get('code') ?? '',
    batchId: query.get('batchId') ?? '',
  };
}

function letterTable(choose) {
  const {node, body} = table('Dead letters', [element('span.unseen', {}, 'Select'), 'Document', 'Error', 'Attempts', 'Batch', 'Failed'], 'letters');
  const rows = keyed(body, (job) => job.id, (first) => {
    const box = element('input', {type: 'checkbox', 'aria-label': `Select ${first.filename}`});
    box.addEventListener('change', () => choose(first.id, box.checked));
    const why = element('div');
    const when = element('span');
    return {
      box,
      node: row(
        cell('tick', '', element('label.tick-label', {}, box)),
        cell('grow', '', element('a.name', {href: `#/jobs/${first.id}`}, foreign(first.filename))),
        cell('why', '', why),
        cell('number', 'Attempts', number(first.attempt)),
        cell('fit', 'Batch', element('a', {href: `#/batches/${first.batchId}`}, element('code', {}, tail(first.batchId)))),
        cell('fit', 'Failed', when)),
      update(job) {
        setContent(why, job.error, () => job.error
          ? [element('p', {}, element('code', {}, job.error.code), element('span.muted', {}, ` · ${words(job.error.class).toLowerCase()}`)),
            element('p.muted.clamp', {title: job.error.message}, foreign(job.error.message))] : []);
        setContent(when, job.finishedAt, () => [time(job.finishedAt)]);
      },
    };
  });
  return {
    node,
    ...rows,
    check(chosen) {
      for (const {box, item} of rows.rows()) {
        box.checked = chosen.has(item.id);
      }
    },
  };
}
