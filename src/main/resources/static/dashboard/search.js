import {get, post} from './api.js';
import {element, fill, foreign, icon, setText} from './dom.js';
import {number, plural, words} from './format.js';
import {notLive} from './live.js';
import {empty, field, problemPlace, select} from './pieces.js';
import {pagesOf, path} from './reader.js';

const MODES = [['hybrid', 'Hybrid'], ['vector', 'Vector'], ['keyword', 'Keyword']];
const SIZES = ['5', '10', '20', '50', '100'];

/** Search over the results of the workspace. */
export async function show(main, {query, signal}) {
  const troubles = problemPlace();
  const scope = element('p.scope', {role: 'status'});
  const list = element('ol.hits');
  let asked = '';

  const text = element('textarea', {rows: 2, maxlength: 2000, required: true, placeholder: 'How long must concrete be kept moist?'});
  const mode = select(MODES, 'hybrid');
  const size = select(SIZES.map((value) => [value, value]), '10');
  const model = select([['', 'Automatic']], '');
  const tags = element('input', {placeholder: 'oak, 2026', autocomplete: 'off'});
  const batch = element('input', {placeholder: 'Batch ID', autocomplete: 'off', spellcheck: 'false'});
  const button = element('button.primary', {type: 'submit'}, icon('search'), 'Search');
  const form = element('form.search', {role: 'search'},
    field('Query', text),
    element('div.fields', {}, field('Mode', mode), field('Hits', size), field('Model', model), field('Tags', tags), field('Batch', batch)),
    element('div.actions', {}, button));
  fill(main, element('div.head', {}, element('h1', {}, 'Search')),
    element('p.lead', {}, 'Search the current results of this workspace.'),
    form, troubles.node, scope, list);
  notLive();

  get('/limits', {}, signal).then(({models}) => {
    for (const {provider, name} of models) {
      offer(`${provider}/${name}`);
    }
  }, () => {});

  /** Adds an option. A bookmark may name a model before the list has loaded, or one that no longer exists. */
  function offer(name) {
    if (![...model.options].some((option) => option.value === name)) {
      model.append(element('option', {value: name}, name));
    }
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const parameters = new URLSearchParams();
    for (const [name, value] of [['q', text.value.trim()], ['mode', mode.value], ['k', size.value], ['model', model.value],
      ['tags', tags.value.trim()], ['batchId', batch.value.trim()]]) {
      if (value) {
        parameters.set(name, value);
      }
    }
    const wanted = `#/search?${parameters}`;
    if (location.hash === wanted) {
      run();
    } else {
      location.hash = wanted;
    }
  });
  text.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  function take(next) {
    text.value = next.get('q') ?? '';
    mode.value = MODES.some(([value]) => value === next.get('mode')) ? next.get('mode') : 'hybrid';
    size.value = SIZES.includes(next.get('k')) ? next.get('k') : '10';
    offer(next.get('model') ?? '');
    model.value = next.get('model') ?? '';
    tags.value = next.get('tags') ?? '';
    batch.value = next.get('batchId') ?? '';
  }

  async function run() {
    const body = {query: text.value.trim(), mode: mode.value, topK: Number(size.value)};
    if (!body.query) {
      asked = '';
      fill(list);
      setText(scope, '');
      troubles.show(null);
      return;
    }
    if (model.value) {
      body.model = model.value;
    }
    const filter = {};
    if (tags.value.trim()) {
      filter.tags = tags.value.split(',').map((tag) => tag.trim()).filter(Boolean);
    }
    if (batch.value.trim()) {
      filter.batchId = batch.value.trim();
    }
    if (Object.keys(filter).length) {
      body.filter = filter;
    }
    asked = JSON.stringify(body);
    const mine = asked;
    setText(scope, 'Searching…');
    const began = performance.now();
    try {
      const answer = await post('/search', body, signal);
      if (mine !== asked) {
        return;
      }
      troubles.show(null);
      setText(scope, `${plural(answer.items.length, 'hit')} in ${number(Math.round(performance.now() - began))} ms · ${words(answer.mode).toLowerCase()}${answer.model ? ` · ${answer.model}` : ''}${answer.items.length ? '. Scores are comparable only within one search.' : ''}`);
      const best = Math.max(...answer.items.map((hit) => hit.score), 0);
      fill(list, answer.items.length === 0
        ? element('li', {}, empty('No results', element('p', {}, 'Search covers only documents that succeeded. Try another mode, or ', element('a', {href: '#/upload'}, 'upload documents'), '.')))
        : answer.items.map((hit, n) => hitOf(hit, n + 1, best)));
    } catch (failure) {
      if (failure.name !== 'AbortError' && mine === asked) {
        fill(list);
        setText(scope, '');
        troubles.show(failure);
      }
    }
  }

  take(query);
  if (query.get('q')) {
    await run();
  } else {
    text.focus();
  }
  return (next) => {
    take(next);
    run();
    return true;
  };
}

function hitOf({score, jobId, filename, chunk, highlights}, rank, best) {
  const meter = element('span.meter', {'aria-hidden': 'true'}, element('span'));
  meter.firstChild.style.width = `${best > 0 ? Math.max(2, 100 * score / best) : 0}%`;
  const marks = highlights.slice(0, 40).map(({start, end}) => `${chunk.start + start}-${chunk.start + end}`).join(',');
  const href = `#/jobs/${jobId}?chunk=${chunk.index}${marks ? `&marks=${marks}` : ''}`;
  return element('li.hit', {},
    element('div.hit-head', {},
      element('span.rank', {}, rank),
      element('a.name', {href}, foreign(filename)),
      chunk.pages ? element('span.muted', {}, pagesOf(chunk)) : null,
      element('span.score', {title: 'Score'}, meter, element('span', {}, score.toFixed(3)))),
    chunk.headings.length ? element('p.chunk-path', {}, path(chunk.headings)) : null,
    element('p.passage', {dir: 'auto'}, marked(chunk.text, highlights)),
    element('p.hit-end', {}, element('a', {href}, 'Open in document'),
      element('span.muted', {}, `chunk ${chunk.index + 1} · ${words(chunk.kind).toLowerCase()} · ${number(chunk.tokens)} tokens`)));
}

/** The text with the highlights that the API returned. */
export function marked(text, highlights) {
  const nodes = [];
  let at = 0;
  for (const {start, end} of [...highlights].sort((left, right) => left.start - right.start)) {
    if (start < at || end > text.length) {
      continue;
    }
    nodes.push(text.slice(at, start), element('mark', {}, text.slice(start, end)));
    at = end;
  }
  nodes.push(text.slice(at));
  return nodes;
}
