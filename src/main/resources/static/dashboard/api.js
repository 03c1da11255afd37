/** Calls to the public HTTP API. The API key is kept in this tab only (sessionStorage) and sent as a header. */

const BASE = new URL('api/v1', document.baseURI).pathname;
const KEY = 'mivaa.key';
const LONGEST_PAGE = 200;
/** Maximum number of calls per fifty items requested. */
const MOST_CALLS = 20;

export const keyWanted = new EventTarget();

/** An error response of the API. Status 0 means that there was no response. */
export class Problem extends Error {
  constructor(status, body, requestId) {
    super(body.detail ?? body.title ?? `The service returned HTTP ${status}.`);
    this.status = status;
    this.code = body.code ?? 'error';
    this.requestId = requestId ?? null;
    this.errors = Array.isArray(body.errors) ? body.errors : [];
    this.body = body;
  }
}

export function hasKey() {
  return key() !== null;
}

export function rememberKey(value) {
  try {
    if (value) {
      sessionStorage.setItem(KEY, value);
    } else {
      sessionStorage.removeItem(KEY);
    }
  } catch {
    // The browser blocks storage: the page will ask for the key again.
  }
}

function key() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

/** @returns the headers that authenticate the caller */
export function credentials() {
  const value = key();
  return value ? {Authorization: `Bearer ${value}`} : {};
}

/** The path of a call with its query parameters. Parameters without a value are omitted. */
export function address(path, query = {}) {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') {
      parameters.set(name, value);
    }
  }
  const text = parameters.toString();
  return `${BASE}${path}${text ? `?${text}` : ''}`;
}

export function get(path, query, signal) {
  return call('GET', address(path, query), undefined, signal);
}

/**
 * Reads the requested number of items of a list, page by page. The number of calls is limited, because the pages of a
 * filtered list may be empty.
 *
 * @returns {{items: Array, more: boolean}} more: whether the list has more items
 */
export async function list(path, query, wanted, signal) {
  const items = [];
  let cursor = null;
  for (let calls = MOST_CALLS * Math.ceil(wanted / 50); calls > 0 && items.length < wanted; calls--) {
    const answer = await get(path, {...query, limit: Math.min(LONGEST_PAGE, wanted - items.length), cursor}, signal);
    items.push(...answer.items);
    cursor = answer.nextCursor;
    if (!cursor) {
      break;
    }
  }
  return {items, more: cursor !== null};
}

export function post(path, body, signal) {
  return call('POST', address(path), body, signal);
}

export function patch(path, body) {
  return call('PATCH', address(path), body);
}

export function remove(path) {
  return call('DELETE', address(path));
}

/**
 * Reads a resource again if it has changed since the given ETag. While it has not changed, this costs the service one row.
 *
 * @param {number} wait seconds that the service may hold the response until something changes
 * @returns null if nothing has changed, otherwise {etag, body}
 */
export async function changed(path, etag, wait, signal) {
  const answer = await send(address(path, {wait: wait || null}), {
    headers: {...credentials(), ...(etag ? {'If-None-Match': etag} : {})},
    cache: 'no-store',
    signal,
  });
  if (answer.status === 304) {
    return null;
  }
  await orProblem(answer);
  return {etag: answer.headers.get('ETag'), body: await answer.json()};
}

async function call(method, where, body, signal) {
  const headers = credentials();
  if (body !== undefined) {
    headers['Content-Type'] = 'application/json';
  }
  const answer = await send(where, {
    method,
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    signal,
  });
  await orProblem(answer);
  return answer.status === 204 ? null : answer.json();
}

/** The raw response, for reading it as a stream. */
export async function open(path, query, signal, headers = {}) {
  const answer = await send(address(path, query), {headers: {...credentials(), ...headers}, cache: 'no-store', signal});
  await orProblem(answer);
  return answer;
}

async function send(where, options) {
  try {
    return await fetch(where, options);
  } catch (failure) {
    if (failure.name === 'AbortError') {
      throw failure;
    }
    throw new Problem(0, {code: 'unreachable', detail: 'The service is not responding.'});
  }
}

async function orProblem(answer) {
  if (answer.ok) {
    return;
  }
  const problem = new Problem(answer.status, await bodyOf(answer), answer.headers.get('X-Request-Id'));
  wantKey(problem);
  throw problem;
}

async function bodyOf(answer) {
  try {
    return await answer.json();
  } catch {
    return {};
  }
}

function wantKey(problem) {
  if (problem.status === 401) {
    keyWanted.dispatchEvent(new CustomEvent('wanted', {detail: {refused: hasKey()}}));
  }
}

/**
 * Uploads files as a batch and reports the progress.
 *
 * @param {(sent: number, total: number) => void} progress in bytes
 * @returns the batch
 */
export function upload(files, options, idempotencyKey, progress, signal) {
  const form = new FormData();
  form.append('options', new Blob([JSON.stringify(options)], {type: 'application/json'}), 'options.json');
  for (const file of files) {
    form.append('files', file, file.name);
  }
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open('POST', address('/batches'));
    for (const [name, value] of Object.entries(credentials())) {
      request.setRequestHeader(name, value);
    }
    request.setRequestHeader('Idempotency-Key', idempotencyKey);
    request.responseType = 'text';
    request.upload.addEventListener('progress', (event) => progress(event.loaded, event.total));
    request.addEventListener('load', () => {
      let body = {};
      try {
        body = JSON.parse(request.responseText);
      } catch {
        // Not JSON: the status describes the error.
      }
      if (request.status >= 200 && request.status < 300) {
        resolve(body);
      } else {
        const problem = new Problem(request.status, body, request.getResponseHeader('X-Request-Id'));
        wantKey(problem);
        reject(problem);
      }
    });
    request.addEventListener('error', () =>
      reject(new Problem(0, {code: 'unreachable', detail: 'The connection was lost before the service responded. It is safe to upload again: the batch is not created twice.'})));
    request.addEventListener('abort', () => reject(new DOMException('stopped', 'AbortError')));
    signal?.addEventListener('abort', () => request.abort());
    request.send(form);
  });
}

/** A random idempotency key. Does not need crypto.randomUUID, which browsers offer only over HTTPS. */
export function newKey() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
