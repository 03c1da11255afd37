import {fill, icon, setContent} from './dom.js';
import {listen} from './events.js';

const POLL = 2000;
const WITH_EVENTS = 15000;
const LONGEST = 30000;
const NO_SOONER = 2000;

/** Whether the service sends no events. Found out once per page load. */
let noEvents = false;

const TOLD = {
  open: ['bolt', 'Live'],
  poll: ['again', 'Polling'],
  retry: ['again', 'Reconnecting'],
  away: ['half', 'Disconnected'],
  refused: ['ban', 'Not updating'],
  paused: ['pause', 'Paused'],
  still: ['check', 'Up to date'],
};

/** Shows in the side bar how the page is kept up to date. */
export function freshness(state) {
  const node = document.getElementById('live');
  const [drawing, text] = TOLD[state];
  node.dataset.state = state;
  setContent(node, state, () => [icon(drawing), text]);
}

/**
 * Keeps a view up to date: with events if the service sends them, otherwise by polling. It does neither while the page
 * is hidden.
 *
 * @param {string|null} stream path of the events, or null
 * @param {(type: string, data: object) => boolean|void} on handles an event; returns true to request a refresh soon
 * @param {(signal: AbortSignal) => Promise<boolean|void>} refresh reads from the API; the signal aborts when the response
 *     is no longer needed; returns true if the data is final, so that polling stops and only events are received
 * @param {(problem: Error|null) => void} failed called with the error when a refresh fails, and with null when one
 *     succeeds again
 * @param {AbortSignal} signal aborts when the view is left
 * @param {number} every milliseconds between refreshes without events
 * @param {number} withEvents milliseconds between refreshes while events arrive
 * @returns {{soon: () => void, now: () => Promise<void>}} soon requests a refresh, at least two seconds after the last;
 *     now refreshes immediately and replaces a refresh in flight, because the view needs other data
 */
export function keepFresh({stream = null, on = () => false, refresh, failed = () => {}, signal, every = POLL, withEvents = WITH_EVENTS}) {
  const place = {id: null};
  let events = stream === null || noEvents ? 'refused' : 'retry';
  let listening = null;
  let timer = null;
  let looking = null;
  let again = false;
  let last = 0;
  let failures = 0;
  let refused = false;
  let still = false;

  function show() {
    freshness(document.hidden ? 'paused' : refused ? 'refused' : failures > 0 ? 'away' : events === 'open' ? 'open'
      : still ? 'still' : events === 'retry' ? 'retry' : 'poll');
  }

  function plan(millis) {
    clearTimeout(timer);
    if (!signal.aborted && !document.hidden) {
      timer = setTimeout(look, millis);
    }
  }

  async function look() {
    clearTimeout(timer);
    looking?.abort();
    const mine = new AbortController();
    looking = mine;
    again = false;
    last = Date.now();
    let problem = null;
    try {
      still = (await refresh(AbortSignal.any([signal, mine.signal]))) === true;
    } catch (failure) {
      problem = failure;
    }
    if (signal.aborted || looking !== mine) {
      return;
    }
    looking = null;
    if (problem || failures > 0) {
      failed(problem);
    }
    failures = problem ? failures + 1 : 0;
    refused = willNotDo(problem);
    show();
    if (again) {
      plan(NO_SOONER);
    } else if (!still && !refused) {
      plan(problem ? Math.min(LONGEST, POLL * 2 ** failures) : events === 'open' ? withEvents : every);
    }
  }

  function soon() {
    if (looking) {
      again = true;
    } else {
      plan(Math.max(0, NO_SOONER - (Date.now() - last)));
    }
  }

  function connect() {
    if (events === 'refused' || events === 'absent') {
      return;
    }
    listening?.abort();
    listening = new AbortController();
    const mine = listening;
    listen(stream, (type, data) => {
      if (!mine.signal.aborted && on(type, data)) {
        soon();
      }
    }, (state) => {
      if (mine.signal.aborted) {
        return;
      }
      const before = events;
      events = state;
      noEvents ||= state === 'absent';
      show();
      if (before === 'open' && state !== 'open') {
        soon();
      }
    }, mine.signal, place);
  }

  function visibility() {
    if (document.hidden) {
      clearTimeout(timer);
      listening?.abort();
      if (events === 'open') {
        events = 'retry';
      }
    } else {
      connect();
      soon();
    }
    show();
  }

  document.addEventListener('visibilitychange', visibility, {signal});
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    listening?.abort();
  });
  if (!document.hidden) {
    connect();
  }
  look();
  return {soon, now: look};
}

/** Whether a retry would fail again. A 401 can be fixed with another key, and a 429 passes with time. */
function willNotDo(problem) {
  return problem?.status >= 400 && problem.status < 500 && problem.status !== 401 && problem.status !== 429;
}

/** For views that change only when the user acts. */
export function notLive() {
  fill(document.getElementById('live'));
  document.getElementById('live').signature = null;
}
