import {get, post, Problem} from './api.js';
import {chartOf} from './chart.js';
import {confirmed} from './dialogs.js';
import {element, fill, foreign, icon, setContent, setText, toast} from './dom.js';
import {duration, number, plural, short} from './format.js';
import {keepFresh} from './live.js';
import {batchTable} from './batches.js';
import {cell, empty, keyed, nothingYet, problem, problemPlace, row, setState, table, tabs, time} from './pieces.js';

const WINDOWS = [['5m', '5 min'], ['1h', '1 hour'], ['24h', '24 hours']];
const PRIORITIES = ['critical', 'high', 'normal', 'low'];
const DEAD_SHOWN = 50;
const TILE_LINKS = {Running: '#/batches?state=RUNNING', 'Dead letters': '#/dead-letters'};
/** Milliseconds between requests for slowly changing data. The service adds a sample to its history every ten seconds. */
const SELDOM = 9000;

/** Whether the service keeps no history. Found out once per page load. */
let noHistory = false;

/** The overview: queue, throughput, recent batches and workers. */
export async function show(main, {query, signal}) {
  const troubles = problemPlace();
  const held = element('div');
  const tiles = tilesOf();
  const priorities = priorityTable();
  const workers = workerTable();
  const open = element('div');
  const history = historyOf(query.get('window'), signal);
  const pause = element('button', {type: 'button', hidden: true});
  let queue = null;
  let seldomAt = -SELDOM;
  let slow = null;

  const batches = batchTable('Recent batches');
  fill(main,
    element('div.head', {}, element('h1', {}, 'Overview'), pause),
    troubles.node, held, tiles.node, history.node,
    element('section', {'aria-labelledby': 'h-batches'},
      element('div.head', {}, element('h2', {id: 'h-batches'}, 'Recent batches'),
        element('a', {href: '#/batches'}, 'All batches')),
      open),
    element('div.columns', {},
      element('section', {'aria-labelledby': 'h-queue'},
        element('h2', {id: 'h-queue'}, 'Queued by priority ', element('span.scope', {}, 'this workspace')), priorities.node),
      element('section', {'aria-labelledby': 'h-workers'},
        element('h2', {id: 'h-workers'}, 'Workers ', element('span.scope', {}, 'all workspaces')), workers.node)));

  pause.addEventListener('click', () => (queue?.paused ? resume() : hold()));

  async function hold() {
    const waiting = queue.jobs.QUEUED + queue.jobs.SCHEDULED + queue.jobs.RETRYING;
    await confirmed({
      title: 'Pause workspace?',
      text: 'No documents start in this workspace until you resume it. Running documents will finish. '
        + `Currently ${number(waiting)} waiting and ${number(queue.jobs.RUNNING)} running.`,
      verb: 'Pause',
      act: async () => {
        take(await post('/queue/pause'));
        return 'Workspace paused.';
      },
    });
  }

  async function resume() {
    try {
      take(await post('/queue/resume'));
      toast('Workspace resumed.');
    } catch (failure) {
      troubles.show(failure);
    }
  }

  function take(now) {
    queue = now;
    pause.hidden = false;
    setContent(pause, now.paused, () => now.paused ? [icon('play'), 'Resume workspace'] : [icon('pause'), 'Pause workspace']);
    setContent(held, now.paused, () => now.paused
      ? element('p.notice', {}, icon('pause'), 'This workspace is paused. No documents start until you resume it.') : []);
    priorities.update(now.priorities);
    tell();
  }

  function tell() {
    if (!queue || !slow) {
      return;
    }
    const oldest = queue.priorities.reduce((most, {oldestSeconds}) => Math.max(most, oldestSeconds), 0);
    const alive = slow.workers.filter((worker) => worker.alive);
    const threads = alive.reduce((sum, worker) => sum + worker.concurrency, 0);
    const busy = alive.reduce((sum, worker) => sum + busyOf(worker), 0);
    const dead = slow.dead.items.length;
    const more = slow.dead.nextCursor !== null;
    tiles.tell({
      Queued: [short(queue.jobs.QUEUED), queue.jobs.QUEUED ? `oldest ${duration(oldest)}` : 'this workspace'],
      Running: [short(queue.jobs.RUNNING), 'this workspace'],
      Finished: [short(queue.finishedPerMinute), 'in the last minute'],
      Retrying: [short(queue.jobs.RETRYING), `${short(queue.jobs.SCHEDULED)} scheduled`],
      'Busy threads': [`${short(busy)} of ${short(threads)}`, plural(alive.length, 'instance'), alive.length === 0],
      'Dead letters': [more ? `${DEAD_SHOWN}+` : short(dead), 'this workspace', dead > 0],
    });
  }

  async function refresh(wanted) {
    const seldom = performance.now() - seldomAt >= SELDOM;
    const [now, list, workerList, dead] = await Promise.all([
      get('/queue', {}, wanted),
      get('/batches', {limit: 8}, wanted),
      get('/workers', {}, wanted),
      seldom || !slow ? get('/dead-letters', {limit: DEAD_SHOWN}, wanted) : slow.dead,
      seldom ? history.refresh() : null,
    ]);
    seldomAt = seldom ? performance.now() : seldomAt;
    slow = {workers: workerList.items, dead};
    workers.update(workerList.items);
    setContent(open, list.items.length > 0, () => list.items.length > 0 ? batches.node : nothingYet());
    batches.set(list.items);
    take(now);
  }

  const fresh = keepFresh({
    stream: '/events',
    on(type, data) {
      if (type === 'snapshot') {
        take(data.queue);
        return true;
      }
      if (type === 'progress') {
        batches.patch(data.batchId, data);
        return false;
      }
      if (type === 'batch' && batches.patch(data.id, data) && !data.terminal) {
        return false;
      }
      return true;
    },
    refresh,
    failed: (failure) => troubles.show(failure),
    signal,
  });

  return (next) => {
    history.choose(next.get('window')).catch((failure) => troubles.show(failure));
    return true;
  };
}

/** The tiles at the top. Each shows a number and what the number covers. */
function tilesOf() {
  const node = element('div.tiles');
  const all = keyed(node, ([label]) => label, ([label]) => {
    const value = element('span.tile-value');
    const scope = element('span.scope');
    const href = TILE_LINKS[label];
    const tile = element(href ? 'a.tile' : 'div.tile', {href: href ?? null}, element('span.tile-label', {}, label), value, scope);
    return {
      node: tile,
      update([, [figure, counted, bad]]) {
        setText(value, figure);
        setText(scope, counted);
        tile.dataset.mood = bad ? 'bad' : '';
      },
    };
  });
  return {
    node,
    /** @param figures by label: the number, what it covers, and whether it needs attention */
    tell: (figures) => all.set(Object.entries(figures)),
  };
}

function priorityTable() {
  const {node, body} = table('Queued documents by priority', ['Priority', 'Queued', 'Oldest'], 'plain');
  const rows = keyed(body, (item) => item.priority, () => {
    const name = element('span');
    const depth = element('span');
    const oldest = element('span');
    return {
      node: row(cell('grow', '', name), cell('number', 'Queued', depth), cell('number', 'Oldest', oldest)),
      update(item) {
        setText(name, item.priority);
        setText(depth, number(item.depth));
        setText(oldest, duration(item.oldestSeconds));
      },
    };
  });
  const place = element('div');
  return {
    node: place,
    update(items) {
      setContent(place, items.length > 0, () => items.length > 0 ? node : empty('The queue is empty'));
      rows.set([...items].sort((left, right) => PRIORITIES.indexOf(left.priority) - PRIORITIES.indexOf(right.priority)));
    },
  };
}

/** A job whose result waits to be committed still counts as running, but occupies no thread. */
function busyOf({running, concurrency}) {
  return Math.min(running, concurrency);
}

function workerTable() {
  const {node, body} = table('Worker instances', ['Instance', 'State', 'Busy', 'Started'], 'plain');
  const rows = keyed(body, (item) => item.id, (first) => {
    const host = foreign(first.host);
    const state = element('span');
    const busy = element('span');
    return {
      node: row(
        cell('grow', '', element('span.strong', {}, host), element('span.muted', {}, ` PID ${first.pid}`)),
        cell('fit', 'State', state),
        cell('number', 'Busy', busy),
        cell('fit', 'Started', time(first.startedAt))),
      update(item) {
        const [name, text] = !item.alive ? ['DEAD', 'Lease expired'] : item.draining ? ['PAUSED', 'Draining'] : ['SUCCEEDED', 'Alive'];
        setState(state, name, text);
        setText(busy, `${number(busyOf(item))} of ${number(item.concurrency)}`);
      },
    };
  });
  const place = element('div');
  return {
    node: place,
    update(items) {
      setContent(place, items.length > 0, () => items.length > 0 ? node
        : empty('No workers', element('p', {}, 'Documents are processed only while an instance of the service runs. Start one.')));
      rows.set(items);
    },
  };
}

/** Throughput and queue depth over time, if the service keeps a history. */
function historyOf(chosen, signal) {
  let span = known(chosen);
  const place = element('div.chart-place');
  const choices = tabs('Time range');
  const node = element('section', {'aria-labelledby': 'h-history'},
    element('div.head', {}, element('h2', {id: 'h-history'}, 'Throughput and queue ', element('span.scope', {}, 'this workspace')), choices.node),
    place);
  let charts = null;
  let drawn = null;

  function known(name) {
    return WINDOWS.some(([value]) => value === name) ? name : '1h';
  }

  function tellChoices() {
    choices.update(WINDOWS.map(([value, text]) => ({text, href: `#/?window=${value}`, current: value === span})));
  }

  function without(text) {
    charts = null;
    setContent(place, text, () => element('p.notice', {}, icon('half'), text));
  }

  tellChoices();
  return {
    node,
    choose(next) {
      span = known(next);
      tellChoices();
      return this.refresh();
    },
    async refresh() {
      if (noHistory) {
        without('This service keeps no history. Only current values are shown.');
        return;
      }
      try {
        const asked = span;
        drawn ??= chartOf(signal).catch((failure) => {
          drawn = null;
          throw failure;
        });
        const [stats, drawing] = await Promise.all([get('/stats', {window: asked}, signal), drawn]);
        if (asked !== span) {
          return;
        }
        if (stats.items.length === 0) {
          without('No history yet. The first data appears within a minute.');
          return;
        }
        if (charts === null) {
          charts = drawing;
          setContent(place, 'charts', () => charts.node);
        }
        charts.update(stats);
      } catch (failure) {
        if (!(failure instanceof Problem)) {
          throw failure;
        }
        if (failure.status === 404 || failure.status === 405) {
          noHistory = true;
          without('This service keeps no history. Only current values are shown.');
        } else if (charts === null) {
          setContent(place, failure.message, () => problem(failure));
        }
      }
    },
  };
}
