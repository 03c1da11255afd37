import {address, credentials, hasKey, keyWanted} from './api.js';

/** Milliseconds without data after which the connection counts as lost. The service sends a heartbeat every 15 s. */
const SILENCE = 40000;
const FIRST_PAUSE = 2000;
const LONGEST_PAUSE = 30000;

/**
 * Listens to server-sent events. Uses fetch instead of EventSource, because EventSource cannot send an API key.
 * Reconnects automatically and continues after the last event received.
 *
 * @param {(type: string, data: object) => void} on
 * @param {(state: 'open'|'retry'|'refused'|'absent') => void} state refused: the caller has no access, or the resource no
 *     longer exists; absent: the service sends no events at all
 * @param {AbortSignal} signal stops listening
 * @param {{id: string|null}} place the last event ID; the caller keeps it to continue later
 */
export async function listen(path, on, state, signal, place) {
  let pause = FIRST_PAUSE;
  let failures = 0;
  while (!signal.aborted) {
    const attempt = new AbortController();
    const stop = () => attempt.abort();
    signal.addEventListener('abort', stop, {once: true});
    try {
      const answer = await fetch(address(path), {
        headers: {
          Accept: 'text/event-stream',
          ...credentials(),
          ...(place.id === null ? {} : {'Last-Event-ID': place.id}),
        },
        cache: 'no-store',
        signal: attempt.signal,
      });
      if (answer.status === 401) {
        keyWanted.dispatchEvent(new CustomEvent('wanted', {detail: {refused: hasKey()}}));
      }
      const streams = (answer.headers.get('Content-Type') ?? '').startsWith('text/event-stream');
      if (answer.status === 400 || answer.status === 410) {
        place.id = null;
      } else if (answer.ok ? !streams : answer.status < 500 && answer.status !== 429) {
        const {code} = await answer.json().catch(() => ({}));
        state(answer.ok || answer.status === 405 || code === 'not-found' ? 'absent' : 'refused');
        return;
      }
      if (answer.ok) {
        state('open');
        failures = 0;
        await read(answer.body, attempt, (event) => {
          if (event.id !== null) {
            place.id = event.id;
          }
          if (event.retry !== null) {
            pause = event.retry;
          }
          if (event.data !== null) {
            on(event.type, JSON.parse(event.data));
          }
        });
      }
    } catch (failure) {
      if (signal.aborted) {
        return;
      }
    } finally {
      signal.removeEventListener('abort', stop);
      attempt.abort();
    }
    state('retry');
    const longest = Math.min(LONGEST_PAUSE, pause * 2 ** failures++);
    await sleep(longest * (0.5 + Math.random() / 2), signal);
  }
}

/** Parses the text/event-stream format of the HTML standard, however the stream is split into pieces. */
async function read(body, attempt, tell) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  let event = empty();
  for (;;) {
    const silence = setTimeout(() => attempt.abort(), SILENCE);
    const {value, done} = await reader.read().finally(() => clearTimeout(silence));
    if (done) {
      return;
    }
    const lines = (rest + value).split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop();
    for (const line of lines) {
      if (line === '') {
        tell({...event, data: event.data === null ? null : event.data.join('\n')});
        event = empty();
      } else {
        field(event, line);
      }
    }
  }
}

function empty() {
  return {type: 'message', data: null, id: null, retry: null};
}

function field(event, line) {
  const colon = line.indexOf(':');
  const name = colon < 0 ? line : line.slice(0, colon);
  const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
  if (name === 'event') {
    event.type = value;
  } else if (name === 'data') {
    event.data = [...(event.data ?? []), value];
  } else if (name === 'id' && !value.includes('\0')) {
    event.id = value;
  } else if (name === 'retry' && /^\d+$/.test(value)) {
    event.retry = Math.min(Number(value), LONGEST_PAUSE);
  }
}

/** Ends early when the signal aborts. */
function sleep(millis, signal) {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, millis);
    signal.addEventListener('abort', end);
  });
}
