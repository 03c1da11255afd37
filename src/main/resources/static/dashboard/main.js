/** The frame of the page: routing between the views, the side bar, and the buttons for the theme and the API key. */

import {hasKey} from './api.js';
import {askForKey, askForKeys} from './dialogs.js';
import {element, fill, icon, say} from './dom.js';
import {notLive} from './live.js';
import {keepTimes, problem} from './pieces.js';
import {dropAnywhere} from './upload.js';

const ID = '([0-9a-fA-F-]{36})';

/** Route, name of the view in the side bar, and loader of its module. */
const VIEWS = [
  [/^\/$/, 'overview', () => import('./overview.js')],
  [/^\/batches$/, 'batches', () => import('./batches.js')],
  [new RegExp(`^/batches/${ID}$`), 'batches', () => import('./batch.js')],
  [new RegExp(`^/jobs/${ID}$`), 'batches', () => import('./job.js')],
  [/^\/dead-letters$/, 'dead', () => import('./deadletters.js')],
  [/^\/search$/, 'search', () => import('./search.js')],
  [/^\/upload$/, 'upload', () => import('./upload.js')],
];

const LINKS = [
  ['overview', '#/', 'Overview'],
  ['batches', '#/batches', 'Batches'],
  ['dead', '#/dead-letters', 'Dead letters'],
  ['search', '#/search', 'Search'],
  ['upload', '#/upload', 'Upload'],
];

const main = document.getElementById('main');
let shown = null;
let visit = 0;

/** The path and the parameters in the hash of the address. */
function here() {
  const text = location.hash.startsWith('#/') ? location.hash.slice(1) : '/';
  const mark = text.indexOf('?');
  return {
    path: mark < 0 ? text : text.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : text.slice(mark + 1)),
  };
}

async function go() {
  const {path, query} = here();
  if (shown?.path === path && shown.update?.(query)) {
    return;
  }
  const mine = ++visit;
  shown?.leave.abort();
  const leave = new AbortController();
  const page = {path, leave, update: null};
  const first = shown === null;
  shown = page;
  notLive();
  document.querySelectorAll('.toast.failed').forEach((toast) => toast.remove());
  document.querySelectorAll('dialog.confirm').forEach((dialog) => dialog.close());
  const found = VIEWS.map(([pattern, name, load]) => ({match: pattern.exec(path), name, load})).find(({match}) => match);
  markView(found?.name);
  if (!found) {
    document.title = 'Not found · Mivaa Batch';
    fill(main, element('h1', {tabindex: -1}, 'Page not found'),
      element('p', {}, element('a', {href: '#/'}, 'Go to the overview')));
    return;
  }
  try {
    const view = await found.load();
    if (mine !== visit) {
      return;
    }
    fill(main);
    window.scrollTo(0, 0);
    document.title = 'Mivaa Batch';
    page.update = await view.show(main, {id: found.match[1] ?? null, query, signal: leave.signal}) ?? null;
  } catch (failure) {
    if (mine !== visit || failure.name === 'AbortError') {
      return;
    }
    fill(main, element('h1', {tabindex: -1}, failure.status === 404 ? 'Not found' : 'Something went wrong'),
      problem(failure, failure.status === 404 ? null : () => again()));
  }
  const heading = main.querySelector('h1');
  if (heading && document.title === 'Mivaa Batch') {
    document.title = `${heading.textContent} · Mivaa Batch`;
  }
  if (!first && heading && !main.contains(document.activeElement)) {
    heading.tabIndex = -1;
    heading.focus({preventScroll: true});
  }
}

function again() {
  if (shown) {
    shown.path = null;
  }
  go();
}

function markView(name) {
  for (const link of document.querySelectorAll('#views a')) {
    if (link.dataset.view === name) {
      link.setAttribute('aria-current', 'page');
    } else {
      link.removeAttribute('aria-current');
    }
  }
}

function theme() {
  return document.documentElement.dataset.theme ?? 'system';
}

function themeButton() {
  const button = element('button.quiet', {type: 'button'});
  const tell = () => {
    fill(button, icon('theme'), element('span.wide', {}, `Theme: ${theme()}`));
    button.setAttribute('aria-label', `Theme: ${theme()}. Change theme`);
    button.title = `Theme: ${theme()}`;
  };
  button.addEventListener('click', () => {
    const next = {system: 'light', light: 'dark', dark: 'system'}[theme()];
    if (next === 'system') {
      delete document.documentElement.dataset.theme;
    } else {
      document.documentElement.dataset.theme = next;
    }
    try {
      localStorage.setItem('mivaa.theme', next);
    } catch {
      // Storage is blocked: the choice lasts until the page is closed.
    }
    tell();
    say(`Theme: ${next}`);
    window.dispatchEvent(new Event('theme'));
  });
  tell();
  return button;
}

function keyButton() {
  return element('button.quiet', {
    type: 'button', title: 'API key', 'aria-label': 'API key',
    on: {click: () => askForKey(false, again)},
  }, icon('key'), element('span.wide', {}, 'API key'));
}

fill(document.getElementById('views'), LINKS.map(([name, href, text]) =>
  element('a', {href, data: {view: name}}, icon(name), element('span', {}, text))));
fill(document.getElementById('settings'), themeButton(), keyButton());
document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main.focus();
});
askForKeys(again);
keepTimes();
dropAnywhere();
window.addEventListener('hashchange', go);
go();
document.documentElement.dataset.key = hasKey();
