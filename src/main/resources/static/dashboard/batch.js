import {address, changed, get, hasKey, list, open, patch, post, Problem, remove} from './api.js';
import {doneOf, leftOf, tagOf, whyOf} from './batches.js';
import {deliveriesOf} from './deliveries.js';
import {confirmed} from './dialogs.js';
import {element, fill, foreign, icon, setContent, setText, toast} from './dom.js';
import {absolute, between, bytes, clock, duration, number, plural, short, tail, words} from './format.js';
import {keepFresh} from './live.js';
import {bar, cell, copied, empty, facts, keyed, OUTCOMES, pager, problem, problemPlace, row, select, setState, table, tabs, time} from './pieces.js';

const JOB_STATES = ['SCHEDULED', 'QUEUED', 'RUNNING', 'RETRYING', 'SUCCEEDED', 'DEAD', 'CANCELLED'];
const STAGES = ['parsing', 'chunking', 'embedding', 'storing'];
const PAGE = 50;
/** Milliseconds. No event reports how many chunks of a running document are embedded, so the list is polled. */
const JOBS_EVERY = 4000;
/** Lines of the error list that are read and grouped. The page states how many of the errors that is. */
const ERRORS_READ = 2000;

/** One batch: progress, failures by error code, webhook deliveries, documents and actions. */
export async function show(main, {id, query, signal}) {
  let batch = await get(`/batches/${id}`, {}, signal);
  let etag = null;
  let filter = JOB_STATES.includes(query.get('state')) ? query.get('state') : '';
  let items = [];
  let pages = 1;
  let more = false;
  let errorsOf = -1;
  /** Number of events received. A response to a request sent before the latest event is older than the event. */
  let heard = 0;
  /** Whether the filter or the page has changed since the documents were read. */
  let stale = true;

  const troubles = problemPlace();
  const title = element('h1');
  const badge = element('span');
  const act = actionsOf();
  const progress = bar();
  const percent = element('span.percent');
  const ready = element('span');
  const eta = element('span');
  const legend = element('ul.outcomes');
  const stages = element('div');
  const failures = element('div');
  const filters = tabs('Documents by state');
  const about = element('div');
  const deliveries = deliveriesOf(id, () => fresh.now(), (failure) => troubles.show(failure));
  const jobs = jobTable();
  const place = element('div');
  const end = pager(['document'], async () => {
    pages++;
    stale = true;
    await fresh.now();
  });

  fill(main,
    element('p.crumbs', {}, element('a', {href: '#/batches'}, 'Batches'), icon('chevron'), element('code', {}, tail(id))),
    element('div.head', {}, element('div.titled', {}, title, badge), act.node),
    troubles.node,
    element('section.panel', {'aria-label': 'Progress'},
      element('div.progress-head', {}, percent, ready, eta), progress.node, legend, stages),
    failures, deliveries.node,
    element('section', {'aria-labelledby': 'h-jobs'},
      element('div.head', {}, element('h2', {id: 'h-jobs'}, 'Documents')), filters.node, place, end.node),
    element('section', {'aria-labelledby': 'h-about'}, element('h2', {id: 'h-about'}, 'About this batch'), about));

  function take(next) {
    if (signal.aborted) {
      return;
    }
    batch = {...batch, ...next, id};
    const {counts} = batch;
    setContent(title, batch.name, () => batch.name ? foreign(batch.name) : ['Batch ', element('code', {}, tail(id))]);
    setState(badge, batch.state);
    progress.update(counts, batch.progress.percent, 'Documents finished');
    setText(percent, `${number(batch.progress.percent)} %`);
    setText(ready, `${doneOf(batch)} documents${batch.progress.documentsPerMinute === null ? '' : ` · ${number(batch.progress.documentsPerMinute)} per minute on average`}`);
    setContent(eta, [batch.terminal, batch.eta, batch.finishedAt], tellEta);
    setContent(legend, counts, () => OUTCOMES.filter((name) => counts[name] > 0).map((name) =>
      element('li', {}, element('i', {data: {part: name}}), `${words(name)} `, element('b', {}, number(counts[name])))));
    act.tell();
    filters.update([['', 'All', counts.total], ...JOB_STATES.map((name) => [name, words(name), counts[name.toLowerCase()]])]
      .filter(([name, , count]) => name === '' || name === filter || count > 0)
      .map(([name, text, count]) =>
        ({text, count, current: name === filter, href: `#/batches/${id}${name ? `?state=${name}` : ''}`})));
    tellStages();
    setContent(about, [batch.options, batch.after, batch.scheduledAt, batch.startedAt, batch.finishedAt, batch.tags], tellAbout);
    document.title = `${batch.progress.percent < 100 ? `${Math.floor(batch.progress.percent)} % · ` : ''}${batch.name ?? 'Batch'} · Mivaa Batch`;
  }

  function tellEta() {
    if (batch.terminal) {
      const took = between(batch.startedAt, batch.finishedAt);
      return batch.finishedAt ? [time(batch.finishedAt, 'finished '), took === null ? '' : ` · took ${duration(took)}`] : [];
    }
    const left = leftOf(batch);
    const why = whyOf(batch);
    return left === '' ? (why ? [why] : [])
      : [`about ${left} left`, why ? ` (${why})` : '', batch.eta.finishAt ? ` · done around ${clock(batch.eta.finishAt)}` : ''];
  }

  /** Created once and then shown or hidden, so that updates do not take the focus away or close an open list. */
  function actionsOf() {
    const button = (kind, drawing, text, click) => element(kind, {type: 'button', on: {click}}, icon(drawing), element('span', {}, text));
    const priority = select(['critical', 'high', 'normal', 'low'].map((name) => [name, `${words(name)} priority`]), batch.priority,
      {'aria-label': 'Priority of this batch'});
    priority.addEventListener('change', () => done(() => patch(`/batches/${id}`, {priority: priority.value}),
      `Priority set to ${priority.value}.`));
    const pause = button('button', 'pause', 'Pause', () => done(() => post(`/batches/${id}/pause`), 'Batch paused. Running documents will finish.'));
    const resume = button('button', 'play', 'Resume', () => done(() => post(`/batches/${id}/resume`), 'Batch resumed.'));
    const replay = button('button', 'again', '', retry);
    const find = element('a.button', {href: `#/search?batchId=${id}`, 'aria-label': 'Search this batch'}, icon('search'), 'Search');
    const results = download();
    const stop = button('button.danger', 'ban', 'Cancel', cancel);
    const drop = button('button.danger', 'trash', 'Delete', forget);
    return {
      node: element('div.actions', {}, priority, pause, resume, replay, find, results, stop, drop),
      tell() {
        const {state, terminal, counts} = batch;
        priority.hidden = terminal;
        if (document.activeElement !== priority) {
          priority.value = batch.priority;
        }
        pause.hidden = terminal || state === 'PAUSED';
        resume.hidden = terminal || state !== 'PAUSED';
        replay.hidden = counts.dead === 0 || state === 'CANCELLED';
        setText(replay.lastChild, `Replay ${number(counts.dead)} failed`);
        find.hidden = counts.succeeded === 0;
        results.hidden = counts.succeeded === 0;
        stop.hidden = terminal;
        drop.hidden = !terminal;
      },
    };
  }

  async function done(call, told) {
    try {
      take(await call());
      heard++;
      troubles.show(null);
      toast(told);
      fresh.soon();
    } catch (failure) {
      troubles.show(failure);
    }
  }

  function retry() {
    confirmed({
      title: 'Replay failed documents?',
      text: `${plural(batch.counts.dead, 'dead document')} of this batch will be queued again with a full set of attempts. Discarded documents stay discarded.`,
      verb: 'Replay',
      harmless: true,
      act: async () => {
        take(await post(`/batches/${id}/retry`));
        fresh.soon();
        return 'Documents queued again.';
      },
    });
  }

  function cancel() {
    const {counts} = batch;
    const openJobs = counts.total - counts.succeeded - counts.dead - counts.cancelled;
    confirmed({
      title: 'Cancel batch?',
      text: `${plural(openJobs, 'unfinished document')} will be cancelled. This cannot be undone.`
        + (counts.succeeded ? ` ${plural(counts.succeeded, 'finished result')} will be kept.` : ''),
      verb: `Cancel ${plural(openJobs, 'document')}`,
      act: async () => {
        take(await post(`/batches/${id}/cancel`));
        fresh.soon();
        return 'Batch cancelled.';
      },
    });
  }

  function forget() {
    confirmed({
      title: 'Delete batch?',
      text: `${plural(batch.counts.total, 'document')} with their content and ${plural(batch.counts.succeeded, 'result')} will be deleted. `
        + 'This cannot be undone. Search no longer finds them, unless they are part of another batch too.',
      verb: `Delete ${plural(batch.counts.total, 'document')}`,
      act: async () => {
        await remove(`/batches/${id}`);
        location.hash = '#/batches';
        return 'Batch deleted.';
      },
    });
  }

  /** A link that streams the results to disk. With an API key, which a link cannot send, they are buffered in memory. */
  function download() {
    const name = `results-${tail(id)}.ndjson`;
    if (!hasKey()) {
      return element('a.button', {href: address(`/batches/${id}/results`), download: name, 'aria-label': 'Download results'}, icon('download'), 'Download');
    }
    const button = element('button', {type: 'button', 'aria-label': 'Download results'}, icon('download'), 'Download');
    button.addEventListener('click', async () => {
      button.disabled = true;
      try {
        const blob = await (await open(`/batches/${id}/results`, {}, signal)).blob();
        const link = element('a', {href: URL.createObjectURL(blob), download: name});
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60000);
      } catch (failure) {
        troubles.show(failure);
      } finally {
        button.disabled = false;
      }
    });
    return button;
  }

  function tellAbout() {
    const {chunking, embedding} = batch.options;
    return facts([
      ['Batch ID', copied(id)],
      ['Created', time(batch.createdAt)],
      ['Scheduled for', batch.scheduledAt ? absolute(batch.scheduledAt) : null],
      ['Waits for', batch.after.length ? batch.after.map((other) => [element('a', {href: `#/batches/${other}`}, tail(other)), ' ']) : null],
      ['Started', batch.startedAt ? time(batch.startedAt) : null],
      ['Finished', batch.finishedAt ? time(batch.finishedAt) : null],
      ['Chunking', `${chunking.strategy}, up to ${chunking.maxTokens} tokens${chunking.overlapTokens ? `, overlap ${chunking.overlapTokens}` : ''}`],
      ['Model', foreign(`${embedding.provider}/${embedding.model}`)],
      ['Attempts', `up to ${batch.options.maxAttempts} per document`],
      ['Max in flight', batch.options.maxInFlight ? `${number(batch.options.maxInFlight)} documents` : null],
      ['Tags', batch.tags.length ? batch.tags.map((tag) => tagOf(tag)) : null],
    ], 'facts.tiled');
  }

  function tellStages() {
    const at = batch.terminal ? undefined : batch.progress.stages;
    setContent(stages, [at, batch.counts], () => !at ? [] : element('ol.stages', {'aria-label': 'Documents by stage'},
      [['Waiting', batch.counts.queued + batch.counts.retrying + batch.counts.scheduled], ...STAGES.map((name) => [words(name), at[name] ?? 0]),
        ['Done', batch.counts.succeeded]].map(([name, count]) =>
        element('li', {data: {busy: String(count > 0)}}, element('span', {}, name), element('b', {}, short(count))))));
  }

  async function readJobs(wanted) {
    ({items, more} = await list(`/batches/${id}/jobs`, {state: filter}, PAGE * pages, wanted));
  }

  function tellJobs() {
    jobs.set(items);
    setContent(place, [items.length > 0, filter], () => items.length > 0 ? jobs.node
      : empty(filter ? `No ${words(filter).toLowerCase()} documents` : 'No documents',
        filter ? element('p', {}, element('a', {href: `#/batches/${id}`}, 'Show all documents')) : null));
    end.update(items.length, more);
  }

  /** Groups the failures by class and code. Reads a limited number of errors, and only when their count has changed. */
  async function readErrors(wanted) {
    const {dead} = batch.counts;
    if (dead === errorsOf) {
      return;
    }
    errorsOf = dead;
    if (dead === 0) {
      fill(failures);
      return;
    }
    const groups = new Map();
    let lines = 0;
    try {
      lines = await eachLine(`/batches/${id}/errors`, ERRORS_READ, wanted, ({error, jobId, filename}) => {
        const key = `${error?.class} ${error?.code}`;
        const group = groups.get(key) ?? {error: error ?? {class: 'INTERNAL', code: 'unknown', message: ''}, count: 0, jobId, filename};
        group.count++;
        groups.set(key, group);
      });
    } catch (failure) {
      errorsOf = -1;
      if (failure instanceof Problem) {
        fill(failures, problem(failure));
      }
      return;
    }
    const sorted = [...groups.values()].sort((left, right) => right.count - left.count);
    fill(failures, element('section', {'aria-labelledby': 'h-failures'},
      element('div.head', {}, element('h2', {id: 'h-failures'}, 'Failures ',
        element('span.scope', {}, lines < dead ? `first ${number(lines)} of ${plural(dead, 'document')}` : plural(dead, 'document'))),
      element('a', {href: `#/dead-letters?batchId=${id}`}, 'View dead letters')),
      element('ul.groups', {}, sorted.map(({error, count, jobId, filename}) => element('li', {},
        element('span.group-count', {}, number(count)),
        element('div', {},
          element('p', {}, element('a', {href: `#/dead-letters?batchId=${id}&class=${encodeURIComponent(error.class)}&code=${encodeURIComponent(error.code)}`},
            element('code', {}, error.code)), element('span.muted', {}, ` · ${words(error.class).toLowerCase()}`)),
          element('p.muted.clamp', {}, foreign(error.message), ' ', element('a', {href: `#/jobs/${jobId}`}, foreign(filename)))))))));
  }

  async function refresh(wanted) {
    const before = heard;
    const seen = await changed(`/batches/${id}`, etag, 0, wanted);
    if (seen && heard === before) {
      etag = seen.etag;
      take(seen.body);
    }
    if (seen || stale || !batch.terminal) {
      await readJobs(wanted);
      stale = false;
      tellJobs();
      await readErrors(wanted);
    }
    const settled = await deliveries.refresh(batch, wanted);
    return batch.terminal && settled;
  }

  take(batch);
  const fresh = keepFresh({
    stream: `/batches/${id}/events`,
    on(type, data) {
      if (type === 'snapshot' || type === 'batch' || type === 'progress') {
        heard++;
        take(type === 'progress' ? {...data, batchId: undefined} : data);
        return type !== 'progress';
      }
      if (type === 'job') {
        const known = jobs.patch(data.id, data);
        const at = items.findIndex((job) => job.id === data.id);
        if (at >= 0) {
          items[at] = data;
        }
        return !known || Boolean(filter);
      }
      return false;
    },
    refresh,
    failed: (failure) => troubles.show(failure),
    signal,
    withEvents: JOBS_EVERY,
  });

  return (next) => {
    const wanted = JOB_STATES.includes(next.get('state')) ? next.get('state') : '';
    if (wanted !== filter) {
      filter = wanted;
      pages = 1;
      stale = true;
      take({});
      fresh.now();
    }
    return true;
  };
}

/** @returns the number of lines read, at most `most` */
async function eachLine(path, most, signal, tell) {
  const stop = new AbortController();
  const answer = await open(path, {}, AbortSignal.any([signal, stop.signal]));
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let lines = 0;
  for (;;) {
    const {value, done} = await reader.read();
    const parts = (rest + (value ?? (done ? '\n' : ''))).split('\n');
    rest = parts.pop();
    for (const line of parts) {
      if (line && lines < most) {
        tell(JSON.parse(line));
        lines++;
      }
    }
    if (done) {
      return lines;
    }
    if (lines >= most) {
      await reader.cancel().catch(() => {});
      stop.abort();
      return lines;
    }
  }
}

/** The table of documents. */
function jobTable() {
  const {node, body} = table('Documents of the batch', ['Document', 'State', 'Progress', 'Attempts', 'Duration', 'Size'], 'jobs');
  const rows = keyed(body, (job) => job.id, (first) => {
    const badge = element('span');
    const error = element('p.row-error.clamp');
    const progress = element('span');
    const meter = element('progress.thin', {max: 100, 'aria-label': 'Progress of this document'});
    const attempts = element('span');
    const took = element('span');
    return {
      node: row(
        cell('grow', '',
          element('a.name', {href: `#/jobs/${first.id}`}, foreign(first.filename)),
          first.externalId ? element('span.muted.clamp', {}, foreign(first.externalId)) : null,
          error),
        cell('fit', '', badge),
        cell('fit', 'Progress', element('div.with-bar', {}, meter, progress)),
        cell('number', 'Attempts', attempts),
        cell('number', 'Duration', took),
        cell('number', 'Size', bytes(first.bytes))),
      update(job) {
        setState(badge, job.state, job.state === 'RUNNING' && job.stage ? words(job.stage)
          : job.discardedAt ? 'Discarded' : undefined);
        setContent(error, job.error, () => job.error && job.state !== 'SUCCEEDED'
          ? [element('code', {}, job.error.code), ' ', foreign(job.error.message)] : []);
        meter.hidden = job.state !== 'RUNNING';
        meter.value = job.progress.percent;
        setText(progress, progressOf(job));
        setText(attempts, `${number(job.attempt)} of ${number(job.maxAttempts)}`);
        setText(took, duration(between(job.startedAt, job.finishedAt)));
      },
    };
  });
  return {node, ...rows};
}

/** '3 pages · 12 chunks', or while the job runs '3 pages · 4 of 12 chunks', counting embedded chunks. */
export function progressOf(job) {
  const {pages, chunks, embedded} = job.progress;
  if (job.reused) {
    return 'result reused';
  }
  const parts = [];
  if (pages !== null) {
    parts.push(plural(pages, 'page'));
  }
  if (chunks !== null) {
    parts.push(job.state === 'RUNNING' && embedded !== null ? `${number(embedded)} of ${plural(chunks, 'chunk')}` : plural(chunks, 'chunk'));
  }
  return parts.join(' · ') || '–';
}
