import {fill, icon, setContent} from './dom.js';
import {listen} from './events.js';

const POLL = 2000;
const WITH_EVENTS = 15000;
const LONGEST = 30000;
const NO_SOONER = 2000;

/** Whether this service tells no events: asked once in a visit. */
let noEvents = false;

const TOLD = {
  open: ['bolt', 'Live'],
  poll: ['again', 'Every 2 s'],
  retry: ['again', 'Reconnecting'],
  away: ['half', 'No answer'],
  refused: ['ban', 'Refused'],
  paused: ['pause', 'Paused'],
  still: ['check', 'Final'],
};

/** Tells at the edge of the page how fresh it is. */
export function freshness(state) {
  const node = document.getElementById('live');
  const [drawing, text] = TOLD[state];
  node.dataset.state = state;
  setContent(node, state, () => [icon(drawing), text]);
}

/**
 * Keeps a view fresh: by events where the service tells them, else by asking again. While nobody looks at the page it
 * does neither.
 *
 * @param {string|null} stream the path of the events, or null
 * @param {(type: string, data: object) => boolean|void} on takes an event in; true asks for a refresh soon
 * @param {(signal: AbortSignal) => Promise<boolean|void>} refresh asks the API, until the signal says that the answer is
 *     not wanted any more; true means that nothing will change by itself, so that only events are listened to
 * @param {(problem: Error|null) => void} failed told when a refresh fails, and with null when one works again
 * @param {AbortSignal} signal ends it with the view
 * @param {number} every milliseconds between looks, and with events between those that are made all the same
 * @returns {{soon: () => void, now: () => Promise<void>}} soon asks for a refresh as soon as is decent; now for one at
 *     once, in place of one that is on its way: what is wanted has changed
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

/** Whether asking the same again would be refused again; 401 and 429 are a matter of the key and of time. */
function willNotDo(problem) {
  return problem?.status >= 400 && problem.status < 500 && problem.status !== 401 && problem.status !== 429;
}

/** For views that only change when asked to. */
export function notLive() {
  fill(document.getElementById('live'));
  document.getElementById('live').signature = null;
}
