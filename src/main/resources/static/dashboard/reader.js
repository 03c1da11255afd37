import {element, fill, foreign, icon, setText} from './dom.js';
import {number, plural, words} from './format.js';
import {empty, facts} from './pieces.js';

/** Maximum number of characters of the text in the page at a time. */
const PORTION = 16000;

/**
 * Shows a result: its text with the chunks in alternating shades, next to the list of chunks. Of a long text, only one
 * portion is in the page at a time.
 */
export function readerOf(result, signal) {
  const {text, chunks} = result;
  const portions = portionsOf(text, chunks);
  let at = 0;
  let marks = [];
  let chosen = null;

  const reading = element('div.text', {tabindex: 0, role: 'region', 'aria-label': 'Document text with its chunks'});
  const list = element('ol.chunks', {'aria-label': 'Chunks'});
  const where = element('span.muted');
  const before = element('button', {type: 'button', on: {click: () => turn(at - 1)}}, 'Previous');
  const after = element('button', {type: 'button', on: {click: () => turn(at + 1)}}, 'Next');
  const node = element('section', {'aria-labelledby': 'h-result'},
    element('div.head', {}, element('h2', {id: 'h-result'}, 'Result ', element('span.scope', {}, plural(chunks.length, 'chunk')))),
    quality(result),
    chunks.length === 0 ? empty('No chunks') : [
      element('div.reader', {}, reading, element('div.chunk-list', {tabindex: 0, role: 'region', 'aria-label': 'List of chunks'}, list)),
      element('div.pager', {hidden: portions.length < 2}, where, element('div.actions', {}, before, after)),
    ]);

  function turn(to) {
    at = Math.max(0, Math.min(portions.length - 1, to));
    const portion = portions[at];
    fill(reading, pieces(portion, text, marks));
    fill(list, portion.chunks.map(entry));
    reading.scrollTop = 0;
    list.parentElement.scrollTop = 0;
    before.disabled = at === 0;
    after.disabled = at === portions.length - 1;
    setText(where, `Characters ${number(portion.start)} to ${number(portion.end)} of ${number(text.length)}, part ${at + 1} of ${portions.length}`);
  }

  function entry(chunk) {
    const button = element('button.chunk', {type: 'button', data: {chunk: chunk.index}, 'aria-label': `Show chunk ${chunk.index + 1} in the text`},
      element('span.chunk-head', {}, element('b', {}, `#${chunk.index + 1}`), element('span', {}, pagesOf(chunk)),
        element('span', {}, words(chunk.kind)), element('span.end', {}, `${number(chunk.tokens)} tokens`)),
      chunk.headings.length ? element('span.chunk-path', {}, path(chunk.headings)) : null,
      element('span.chunk-text.clamp', {}, foreign(chunk.text.slice(0, 160))));
    return element('li', {}, button);
  }

  function parts(index) {
    return [...reading.querySelectorAll('[data-chunks]')].filter((part) => part.dataset.chunks.split(' ').includes(String(index)));
  }

  function light(index, name) {
    for (const part of node.querySelectorAll(`.${name}`)) {
      part.classList.remove(name);
    }
    if (index === null) {
      return;
    }
    for (const part of parts(index)) {
      part.classList.add(name);
    }
    list.querySelector(`[data-chunk="${index}"]`)?.classList.add(name);
  }

  function choose(index) {
    chosen = index;
    light(index, 'chosen');
    for (const button of list.querySelectorAll('button.chunk')) {
      if (Number(button.dataset.chunk) === index) {
        button.setAttribute('aria-current', 'true');
      } else {
        button.removeAttribute('aria-current');
      }
    }
  }

  function within(pane, part) {
    if (part) {
      const top = part.getBoundingClientRect().top - pane.getBoundingClientRect().top;
      pane.scrollTop += top - pane.clientHeight / 4;
    }
  }

  for (const [event, end] of [['mouseover', 'mouseout'], ['focusin', 'focusout']]) {
    list.addEventListener(event, ({target}) => {
      const button = target.closest('button.chunk');
      if (button) {
        light(Number(button.dataset.chunk), 'lit');
        if (event === 'focusin') {
          within(reading, parts(Number(button.dataset.chunk))[0]);
        }
      }
    });
    list.addEventListener(end, () => light(null, 'lit'));
  }
  list.addEventListener('click', ({target}) => {
    const button = target.closest('button.chunk');
    if (button) {
      choose(Number(button.dataset.chunk));
      within(reading, parts(chosen)[0]);
    }
  });
  reading.addEventListener('mouseover', ({target}) => {
    const part = target.closest('[data-chunks]');
    light(part ? Number(part.dataset.chunks.split(' ').at(-1)) : null, 'lit');
  });
  reading.addEventListener('mouseleave', () => light(null, 'lit'));
  reading.addEventListener('click', ({target}) => {
    const part = target.closest('[data-chunks]');
    if (part && getSelection().isCollapsed) {
      choose(Number(part.dataset.chunks.split(' ').at(-1)));
      within(list.parentElement, list.querySelector(`[data-chunk="${chosen}"]`));
    }
  });

  return {
    node,
    /** Shows the chunk with the given ranges highlighted, or the beginning if the index is null. */
    show(index, places) {
      if (chunks.length === 0) {
        return;
      }
      marks = places;
      const found = index === null ? -1 : portions.findIndex((portion) => portion.chunks.some((chunk) => chunk.index === index));
      turn(Math.max(0, found));
      choose(found < 0 ? null : index);
      if (found >= 0) {
        node.scrollIntoView({block: 'start'});
        within(reading, parts(index)[0]);
        within(list.parentElement, list.querySelector(`[data-chunk="${index}"]`));
      }
    },
  };
}

/** Splits the text between chunks, so that each chunk is complete in at least one portion. */
function portionsOf(text, chunks) {
  const portions = [];
  let current = {start: 0, end: 0, chunks: []};
  for (const chunk of chunks) {
    if (current.chunks.length > 0 && chunk.end - current.start > PORTION) {
      portions.push(current);
      current = {start: Math.min(chunk.start, current.end), end: 0, chunks: []};
    }
    current.chunks.push(chunk);
    current.end = Math.max(current.end, chunk.end);
  }
  current.end = text.length;
  portions.push(current);
  return portions;
}

/** The text of a portion, split wherever a chunk or a highlight begins or ends. */
function pieces(portion, text, marks) {
  const cuts = new Set([portion.start, portion.end]);
  for (const {start, end} of [...portion.chunks, ...marks]) {
    for (const place of [start, end]) {
      if (place > portion.start && place < portion.end) {
        cuts.add(place);
      }
    }
  }
  const places = [...cuts].sort((left, right) => left - right);
  const nodes = [];
  let page = null;
  for (let n = 0; n + 1 < places.length; n++) {
    const [start, end] = [places[n], places[n + 1]];
    const covering = portion.chunks.filter((chunk) => chunk.start <= start && chunk.end >= end);
    const first = covering.find((chunk) => chunk.start === start);
    if (first?.pages && first.pages.first !== page) {
      page = first.pages.first;
      nodes.push(element('span.page-mark', {}, `Page ${page}`));
    }
    if (first) {
      nodes.push(element('span.chunk-mark', {'aria-hidden': 'true'}, `#${first.index + 1}`));
    }
    const hit = marks.some((mark) => mark.start <= start && mark.end >= end);
    const piece = text.slice(start, end);
    const content = hit ? element('mark', {}, piece) : piece;
    nodes.push(covering.length === 0 ? content : element('span.piece', {
      data: {
        chunks: covering.map((chunk) => chunk.index).join(' '),
        shade: covering.length > 1 ? 'both' : covering[0].index % 2 === 0 ? 'even' : 'odd',
      },
    }, content));
  }
  return nodes;
}

export function pagesOf(chunk) {
  if (!chunk.pages) {
    return 'no page';
  }
  return chunk.pages.first === chunk.pages.last ? `page ${chunk.pages.first}` : `pages ${chunk.pages.first}–${chunk.pages.last}`;
}

export function path(headings) {
  return headings.map((heading, n) => [n ? element('span.path-sep', {'aria-hidden': 'true'}, ' › ') : null, foreign(heading)]);
}

function quality(result) {
  const {coverage, warnings, suspectPages} = result.quality;
  return element('div', {},
    facts([
      ['Title', result.title ? foreign(result.title) : null],
      ['Language', result.language],
      ['Pages', result.source.pages === null ? null : number(result.source.pages)],
      ['Characters', number(result.text.length)],
      ['Coverage', `${number(Math.floor(coverage * 1000) / 10)} %`],
      ['Tables', result.tables.length || null],
      ['Figures', result.figures.length || null],
      ['Model', foreign(`${result.embedding.provider}/${result.embedding.model}`)],
      ['Suspect pages', suspectPages.length ? suspectPages.slice(0, 30).join(', ') + (suspectPages.length > 30 ? ' …' : '') : null],
    ], 'facts.tiled'),
    warnings.length
      ? element('details.warnings', {open: warnings.length < 6}, element('summary', {}, icon('half'), plural(warnings.length, 'warning')),
        element('ul', {}, warnings.slice(0, 100).map((warning) => element('li', {}, element('code', {}, warning.code), ' ',
          foreign(warning.message ?? ''), warning.page ? ` (page ${warning.page})` : ''))))
      : null);
}
