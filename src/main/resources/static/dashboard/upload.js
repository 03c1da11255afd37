import {get, newKey, upload} from './api.js';
import {element, fill, foreign, icon, setText, toast} from './dom.js';
import {bytes, plural} from './format.js';
import {notLive} from './live.js';
import {field, problemPlace, select} from './pieces.js';

const LISTED = 200;

/** Dropped files that the view has not taken yet. */
let waiting = [];

/**
 * The upload in progress. It continues when the view is left. The event 'sending' reports its progress.
 *
 * @type {{count: number, sent: number, total: number, stop: AbortController}|null}
 */
let current = null;

/** Accepts files that are dropped anywhere on the page. */
export function dropAnywhere() {
  let depth = 0;
  const cover = element('div.drop-cover', {hidden: true}, element('p', {}, icon('upload'), 'Drop files to upload'));
  document.body.append(cover);
  const files = (event) => [...event.dataTransfer?.types ?? []].includes('Files');
  const uncover = () => {
    depth = 0;
    cover.hidden = true;
  };
  window.addEventListener('dragenter', (event) => {
    if (files(event)) {
      event.preventDefault();
      depth++;
      cover.hidden = false;
    }
  });
  window.addEventListener('dragover', (event) => {
    if (files(event)) {
      event.preventDefault();
      event.dataTransfer.dropEffect = 'copy';
    }
  });
  window.addEventListener('dragleave', (event) => {
    if (files(event) && --depth <= 0) {
      uncover();
    }
  });
  window.addEventListener('drop', async (event) => {
    if (!files(event)) {
      return;
    }
    event.preventDefault();
    uncover();
    try {
      waiting.push(...await filesOf(event.dataTransfer));
    } catch {
      toast('Some of these files could not be read.', 'failed');
      return;
    }
    if (location.hash.startsWith('#/upload')) {
      window.dispatchEvent(new Event('files'));
    } else {
      location.hash = '#/upload';
    }
  });
  window.addEventListener('beforeunload', (event) => {
    if (current) {
      event.preventDefault();
    }
  });
}

/** @returns the batch */
async function sent(files, options, key) {
  const mine = {count: files.length, sent: 0, total: 0, stop: new AbortController()};
  const tell = () => window.dispatchEvent(new Event('sending'));
  current = mine;
  tell();
  try {
    return await upload(files, options, key, (bytesSent, total) => {
      Object.assign(mine, {sent: bytesSent, total});
      tell();
    }, mine.stop.signal);
  } finally {
    current = null;
    tell();
  }
}

/** The dropped files, including all files in folders at any depth. */
async function filesOf(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (entries.length === 0) {
    return [...transfer.files];
  }
  const files = [];
  const walk = async (entry) => {
    if (entry.isFile) {
      files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    } else {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
        if (some.length === 0) {
          break;
        }
        for (const child of some) {
          await walk(child);
        }
      }
    }
  };
  for (const entry of entries) {
    await walk(entry);
  }
  return files;
}

/** The upload form: files to submit as one batch, and the progress of the upload. */
export async function show(main, {signal}) {
  notLive();
  const troubles = problemPlace();
  const limits = await get('/limits', {}, signal);
  let files = [];
  let blocked = true;
  let key = newKey();

  const input = element('input.unseen', {type: 'file', multiple: true, id: 'files', tabindex: -1, 'aria-label': 'Files'});
  const folder = element('input.unseen', {type: 'file', multiple: true, webkitdirectory: true, id: 'folder', tabindex: -1, 'aria-label': 'Folder'});
  const zone = element('div.drop', {},
    icon('upload'),
    element('p.strong', {}, 'Drop files or folders here'),
    element('p.muted', {}, 'PDF, Office, OpenDocument, EPUB, e-mail, HTML, Markdown, text, CSV, ZIP'),
    element('div.actions', {},
      element('button', {type: 'button', on: {click: () => input.click()}}, 'Choose files'),
      element('button', {type: 'button', on: {click: () => folder.click()}}, 'Choose folder')),
    input, folder);

  const chosen = element('div');
  const name = element('input', {maxlength: 200, autocomplete: 'off'});
  const priority = select([['critical', 'Critical'], ['high', 'High'], ['normal', 'Normal'], ['low', 'Low']], 'normal');
  const strategy = select(limits.chunkers.map((chunker) => [chunker, chunker]), limits.defaults.chunking.strategy);
  const tokens = element('input', {type: 'number', min: 16, max: Math.max(...limits.models.map((model) => model.maxTokens)), step: 1});
  const overlap = element('input', {type: 'number', min: 0, step: 1});
  tokens.value = limits.defaults.chunking.maxTokens;
  overlap.value = limits.defaults.chunking.overlapTokens;
  const tags = element('input', {autocomplete: 'off'});
  const send = element('button.primary', {type: 'submit'}, 'Upload');
  const stop = element('button', {type: 'button', hidden: true, on: {click: () => current?.stop.abort()}}, 'Cancel upload');
  const meter = element('progress', {max: 100, 'aria-label': 'Upload progress', hidden: true});
  const told = element('span.muted');
  const form = element('form.upload', {},
    element('div.fields', {},
      field('Batch name', name),
      field('Priority', priority),
      field('Tags', tags, 'Separate tags with commas'),
      field('Chunking strategy', strategy),
      field('Max tokens per chunk', tokens),
      field('Overlap (tokens)', overlap, 'Less than half of the max tokens per chunk')),
    element('div.actions', {}, send, stop, meter, told));
  fill(main, element('div.head', {}, element('h1', {}, 'Upload')), zone, troubles.node, chosen, form,
    element('p.hint', {}, `Limits: ${bytes(limits.maxDocumentBytes)} per document, ${bytes(limits.maxRequestBytes)} and ${plural(limits.maxDocuments, 'document')} per batch. A document that cannot be read becomes a dead letter. The rest of the batch continues.`));

  function take(more) {
    const known = new Set(files.map(identity));
    files = [...files, ...more.filter((file) => !known.has(identity(file)))];
    key = newKey();
    troubles.show(null);
    tell();
  }

  function tell() {
    const size = files.reduce((sum, file) => sum + file.size, 0);
    const tooMany = files.length > limits.maxDocuments || size > limits.maxRequestBytes;
    setText(send, files.length ? `Upload ${plural(files.length, 'file')}` : 'Upload');
    blocked = files.length === 0 || tooMany;
    send.disabled = blocked || current !== null;
    fill(chosen, files.length === 0 ? null : element('section', {'aria-label': 'Selected files'},
      element('div.head', {}, element('h2', {}, plural(files.length, 'file'), ' ', element('span.scope', {}, bytes(size))),
        element('button.quiet', {type: 'button', on: {click: () => { files = []; tell(); }}}, 'Remove all')),
      tooMany ? element('p.notice', {}, icon('half'), 'These files exceed the limits of one batch. Remove some of them.') : null,
      element('ul.files', {}, files.slice(0, LISTED).map((file, n) => element('li', {data: {large: String(file.size > limits.maxDocumentBytes)}},
        icon('file'), element('span.name', {}, foreign(file.name)),
        element('span.muted', {}, file.size > limits.maxDocumentBytes ? `${bytes(file.size)}, too large` : bytes(file.size)),
        element('button.quiet.square', {
          type: 'button', 'aria-label': `Remove ${file.name}`,
          on: {click: () => { files = files.filter((_, other) => other !== n); key = newKey(); tell(); }},
        }, icon('cross'))))),
      files.length > LISTED ? element('p.muted', {}, `and ${plural(files.length - LISTED, 'more', 'more')}`) : null));
  }

  function optionsOf() {
    const options = {priority: priority.value, chunking: {strategy: strategy.value}};
    if (tokens.value !== '') {
      options.chunking.maxTokens = Number(tokens.value);
    }
    if (overlap.value !== '' && Number(overlap.value) > 0) {
      options.chunking.overlapTokens = Number(overlap.value);
    }
    if (name.value.trim()) {
      options.name = name.value.trim();
    }
    const list = tags.value.split(',').map((tag) => tag.trim()).filter(Boolean);
    if (list.length) {
      options.tags = list;
    }
    return options;
  }

  input.addEventListener('change', () => {
    take([...input.files]);
    input.value = '';
  });
  folder.addEventListener('change', () => {
    take([...folder.files]);
    folder.value = '';
  });
  function takeDropped() {
    if (waiting.length) {
      take(waiting);
      waiting = [];
    }
  }

  function tellSending() {
    send.disabled = blocked || current !== null;
    stop.hidden = current === null;
    meter.hidden = current === null;
    if (current) {
      const {count, sent: bytesSent, total} = current;
      meter.value = total ? 100 * bytesSent / total : 0;
      setText(told, total && bytesSent === total ? 'Uploaded. Waiting for the service to create the batch…'
        : `${plural(count, 'file')}: ${bytes(bytesSent)} of ${bytes(total)} uploaded`);
    } else {
      setText(told, '');
    }
  }

  window.addEventListener('files', takeDropped, {signal});
  window.addEventListener('sending', tellSending, {signal});
  form.addEventListener('input', () => {
    key = newKey();
  });
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (files.length === 0 || current) {
      return;
    }
    troubles.show(null);
    try {
      const batch = await sent(files, optionsOf(), key);
      if (signal.aborted) {
        toast(`Uploaded: ${plural(batch.counts.total, 'document')}`, 'done', `#/batches/${batch.id}`);
      } else {
        location.hash = `#/batches/${batch.id}`;
      }
    } catch (failure) {
      const stopped = failure.name === 'AbortError';
      if (signal.aborted) {
        toast(stopped ? 'Upload cancelled.' : `Upload failed: ${failure.message}`, 'failed');
        return;
      }
      troubles.show(stopped ? null : failure);
      setText(told, stopped ? 'Upload cancelled. It is safe to upload again: the batch is not created twice.' : '');
      tell();
    }
  });

  tell();
  tellSending();
  takeDropped();
}

function identity(file) {
  return `${file.webkitRelativePath || file.name} ${file.size} ${file.lastModified}`;
}
