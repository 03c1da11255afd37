import {changed, get, post} from './api.js';
import {progressOf} from './batch.js';
import {confirmed} from './dialogs.js';
import {element, fill, foreign, icon, setContent, toast} from './dom.js';
import {between, bytes, duration, number, plural, tail, words} from './format.js';
import {keepFresh} from './live.js';
import {readerOf} from './reader.js';
import {copied, empty, facts, problem, problemPlace, setState, state, time} from './pieces.js';

const TIMINGS = ['waiting', 'parsing', 'chunking', 'embedding', 'storing'];
/** A result with more chunks than this loads only on request. It may have tens of megabytes. */
const CHUNKS_AT_ONCE = 5000;

/** One document: its attempts, its error and its result. */
export async function show(main, {id, query, signal}) {
  let job = await get(`/jobs/${id}`, {}, signal);
  let etag = null;
  let attemptsOf = null;
  /** Number of events received. A response to a request sent before the latest event is older than the event. */
  let heard = 0;
  let resultShown = false;
  let reader = null;
  let place = wanted(query);

  const troubles = problemPlace();
  const badge = element('span');
  const meter = element('progress', {max: 100, 'aria-label': 'Progress of this document'});
  const actions = element('div.actions');
  const failure = element('div');
  const attempts = element('div');
  const about = element('div');
  const result = element('div');
  const batchLink = element('a', {href: `#/batches/${job.batchId}`}, 'Batch ', element('code', {}, tail(job.batchId)));

  fill(main,
    element('p.crumbs', {}, element('a', {href: '#/batches'}, 'Batches'), icon('chevron'), batchLink, icon('chevron'), element('code', {}, tail(id))),
    element('div.head', {}, element('div.titled', {}, element('h1', {}, foreign(job.filename)), badge, meter), actions),
    troubles.node, failure, result,
    element('div.columns', {},
      element('section', {'aria-labelledby': 'h-attempts'}, element('h2', {id: 'h-attempts'}, 'Attempts'), attempts),
      element('section', {'aria-labelledby': 'h-about'}, element('h2', {id: 'h-about'}, 'About this document'), about)));

  get(`/batches/${job.batchId}`, {}, signal).then((batch) => {
    if (batch.name) {
      fill(batchLink, foreign(batch.name));
    }
  }, () => {});

  function take(next) {
    if (signal.aborted) {
      return;
    }
    job = next;
    meter.hidden = job.state !== 'RUNNING';
    meter.value = job.progress.percent;
    setState(badge, job.state, job.state === 'RUNNING' && job.stage ? words(job.stage) : job.discardedAt ? 'Dead, discarded' : undefined);
    setContent(actions, [job.state, job.terminal, job.discardedAt], tellActions);
    setContent(failure, [job.error, job.state, job.runAfter], tellFailure);
    setContent(about, job, () => facts([
      ['Job ID', copied(id)],
      ['External ID', job.externalId ? foreign(job.externalId) : null],
      ['Type', foreign(job.contentType)],
      ['Size', bytes(job.bytes)],
      ['Progress', job.terminal && job.state !== 'SUCCEEDED' ? null : progressOf(job)],
      ['Attempts', `${number(job.attempt)} of ${number(job.maxAttempts)}`],
      ['Worker crashes', job.crashes || null],
      ['Created', time(job.createdAt)],
      ['Started', job.startedAt ? time(job.startedAt) : null],
      ['Finished', job.finishedAt ? time(job.finishedAt) : null],
      ['Duration', job.startedAt && job.finishedAt ? duration(between(job.startedAt, job.finishedAt)) : null],
      ['SHA-256', element('code.break', {}, job.sha256)],
      ['Metadata', Object.keys(job.metadata ?? {}).length ? element('pre.small', {tabindex: 0}, JSON.stringify(job.metadata, null, 2)) : null],
    ]));
  }

  function tellActions() {
    const list = [];
    if (job.state === 'DEAD' && !job.discardedAt) {
      list.push(element('button.primary', {type: 'button', on: {click: retry}}, icon('again'), 'Replay'));
      list.push(element('button.danger', {type: 'button', on: {click: discard}}, icon('trash'), 'Discard'));
    }
    if (!job.terminal) {
      list.push(element('button.danger', {type: 'button', on: {click: cancel}}, icon('ban'), 'Cancel'));
    }
    return list;
  }

  async function retry() {
    try {
      take(await post(`/jobs/${id}/retry`));
      troubles.show(null);
      toast('Queued again with a full set of attempts.');
      fresh.soon();
    } catch (refused) {
      troubles.show(refused);
    }
  }

  function discard() {
    confirmed({
      title: 'Discard dead letter?',
      text: '1 document will be removed from the dead letters. It stays dead and can no longer be replayed. This cannot be undone.',
      verb: 'Discard 1 document',
      act: async () => {
        const {count} = await post('/dead-letters/discard', {ids: [id]});
        fresh.soon();
        return `${plural(count, 'document')} discarded.`;
      },
    });
  }

  function cancel() {
    confirmed({
      title: 'Cancel document?',
      text: '1 document will be cancelled. A running attempt can no longer store a result. This cannot be undone.',
      verb: 'Cancel 1 document',
      act: async () => {
        take(await post(`/jobs/${id}/cancel`));
        fresh.soon();
        return 'Document cancelled.';
      },
    });
  }

  function tellFailure() {
    if (!job.error || job.state === 'SUCCEEDED') {
      return [];
    }
    return element('section.failure', {'aria-label': 'Last error'},
      icon('cross'),
      element('div', {},
        element('p.strong', {}, foreign(job.error.message)),
        element('p.muted', {}, element('code', {}, job.error.code), ` · ${words(job.error.class).toLowerCase()}`,
          job.runAfter && !job.terminal ? [' · next attempt ', time(job.runAfter)] : null)));
  }

  async function readAttempts(wanted) {
    const key = JSON.stringify([job.attempt, job.state, job.stage, job.crashes, job.startedAt, job.finishedAt]);
    if (key === attemptsOf) {
      return;
    }
    const {items} = await get(`/jobs/${id}/attempts`, {}, wanted);
    attemptsOf = key;
    if (items.length === 0) {
      fill(attempts, empty(job.state === 'DEAD' ? 'Never started' : 'Not started yet',
        job.state === 'DEAD' ? element('p', {}, 'The service rejected this document when it was submitted.') : null));
      return;
    }
    fill(attempts, element('ol.attempts', {}, items.map(attemptOf)));
  }

  async function readResult() {
    if (job.state !== 'SUCCEEDED') {
      resultShown = false;
      reader = null;
      fill(result);
      return;
    }
    if (resultShown) {
      return;
    }
    resultShown = true;
    if ((job.progress.chunks ?? 0) > CHUNKS_AT_ONCE) {
      fill(result, empty(`This result has ${plural(job.progress.chunks, 'chunk')}`,
        element('p', {}, element('button', {type: 'button', on: {click: load}}, 'Load result'))));
      return;
    }
    await load();
  }

  async function load() {
    fill(result, element('p.muted', {}, 'Loading result…'));
    try {
      const read = await get(`/jobs/${id}/result`, {}, signal);
      reader = readerOf(read, signal);
      fill(result, reader.node);
      reader.show(place.chunk, place.marks);
    } catch (refused) {
      if (refused.name === 'AbortError') {
        throw refused;
      }
      resultShown = false;
      fill(result, problem(refused));
    }
  }

  async function refresh(wanted) {
    const before = heard;
    const seen = await changed(`/jobs/${id}`, etag, 0, wanted);
    if (seen && heard === before) {
      etag = seen.etag;
      take(seen.body);
    }
    await Promise.all([readAttempts(wanted), readResult()]);
    return job.terminal;
  }

  take(job);
  const fresh = keepFresh({
    stream: `/batches/${job.batchId}/events`,
    on(type, data) {
      if (type !== 'job' || data.id !== id) {
        return false;
      }
      heard++;
      take(data);
      return true;
    },
    refresh,
    failed: (refused) => troubles.show(refused),
    signal,
    withEvents: 3000,
  });

  return (next) => {
    place = wanted(next);
    reader?.show(place.chunk, place.marks);
    return true;
  };
}

/** The chunk to show and the ranges of the text to highlight, from the address. */
function wanted(query) {
  const chunk = /^\d{1,7}$/.test(query.get('chunk') ?? '') ? Number(query.get('chunk')) : null;
  const marks = (query.get('marks') ?? '').split(',').map((pair) => /^(\d{1,9})-(\d{1,9})$/.exec(pair)).filter(Boolean)
    .slice(0, 100).map(([, start, end]) => ({start: Number(start), end: Number(end)}));
  return {chunk, marks};
}

/** One attempt: its outcome and its time per stage. */
function attemptOf(attempt) {
  const spent = TIMINGS.map((name) => [name, attempt.timings?.[name] ?? 0]).filter(([, millis]) => millis > 0);
  const strip = element('div.timings', {'aria-hidden': 'true'}, spent.map(([name, millis]) => {
    const part = element('span', {title: `${name} ${duration(millis / 1000)}`, data: {stage: name}});
    part.style.flexGrow = millis;
    return part;
  }));
  const outcome = attempt.outcome ?? 'RUNNING';
  return element('li', {},
    element('div.attempt-head', {},
      element('span.strong', {}, `Attempt ${attempt.number}`),
      state(outcome, outcome === 'RUNNING' && attempt.stage ? words(attempt.stage) : undefined),
      element('span.muted', {}, time(attempt.startedAt)),
      attempt.endedAt ? element('span.muted.end', {}, duration(between(attempt.startedAt, attempt.endedAt))) : null),
    attempt.error
      ? [element('p', {}, element('code', {}, attempt.error.code),
        attempt.stage ? element('span.muted', {}, ` · during ${words(attempt.stage).toLowerCase()}`) : null),
      element('p', {}, foreign(attempt.error.message))]
      : null,
    spent.length ? [strip, element('p.timing-legend', {}, spent.map(([name, millis]) =>
      element('span', {}, element('i', {data: {stage: name}}), `${name} ${duration(millis / 1000)}`)))] : null);
}
