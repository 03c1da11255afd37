import {list, post} from './api.js';
import {element, foreign, icon, setContent, setText, toast} from './dom.js';
import {number, tail} from './format.js';
import {cell, keyed, pager, row, setState, table, time} from './pieces.js';

/** Few, since they stand above the documents. */
const PAGE = 5;
const WHAT = {'batch.finished': 'Batch finished', 'job.dead': 'Document dead'};

/**
 * What the webhook of a batch was told or is to be told. Not there while that is nothing.
 *
 * @param {() => Promise<void>} ask looks again
 * @param {(problem: Error) => void} failed
 */
export function deliveriesOf(batchId, ask, failed) {
  const {node: tableNode, body} = table('Webhook deliveries', ['Told', 'State', 'Tries', 'Last answer', 'Next try', ''], 'deliveries');
  const rows = keyed(body, (delivery) => delivery.id, (first) => rowOf(first, replay));
  const scope = element('span.scope');
  const end = pager(['delivery', 'deliveries'], async () => {
    pages++;
    stale = true;
    await ask();
  });
  const node = element('section', {'aria-labelledby': 'h-deliveries', hidden: true},
    element('div.head', {}, element('h2', {id: 'h-deliveries'}, 'Webhook deliveries ', scope)), tableNode, end.node);
  let pages = 1;
  let seen = null;
  let stale = true;
  let pending = false;

  async function replay(id) {
    try {
      rows.patch(id, await post(`/webhooks/deliveries/${id}/replay`));
      stale = true;
      toast('It is told again.');
      ask();
    } catch (problem) {
      failed(problem);
    }
  }

  return {
    node,
    /** @returns whether nothing of it will change by itself: read only when there is something to be told or it has been */
    async refresh(batch, signal) {
      const {webhookUrl} = batch.options;
      if (!webhookUrl) {
        return true;
      }
      const now = `${batch.counts.dead} ${batch.finishedAt}`;
      if (stale || pending || now !== seen) {
        const {items, more} = await list('/webhooks/deliveries', {batchId}, PAGE * pages, signal);
        seen = now;
        stale = false;
        pending = items.some((delivery) => delivery.state === 'PENDING');
        rows.set(items);
        setContent(scope, webhookUrl, () => foreign(webhookUrl));
        end.update(items.length, more);
        node.hidden = items.length === 0;
      }
      return !pending;
    },
  };
}

function rowOf(first, replay) {
  const what = WHAT[first.type] ?? first.type;
  const badge = element('span');
  const tries = element('span');
  const answer = element('span');
  const next = element('span');
  const button = element('button.small', {type: 'button', 'aria-label': `Replay: ${what}${first.jobId ? ` ${tail(first.jobId)}` : ''}`},
    icon('again'), 'Replay');
  button.addEventListener('click', async () => {
    button.disabled = true;
    await replay(first.id);
    button.disabled = false;
    button.focus();
  });
  return {
    node: row(
      cell('grow', '', element('span.strong', {}, what),
        first.jobId ? [' ', element('a', {href: `#/jobs/${first.jobId}`}, element('code', {}, tail(first.jobId)))] : null),
      cell('fit', '', badge),
      cell('number', 'Tries', tries),
      cell('fit', 'Last answer', answer),
      cell('fit', 'Next try', next),
      cell('fit', '', button)),
    update(delivery) {
      setState(badge, delivery.state);
      setText(tries, number(delivery.tries));
      setContent(answer, [delivery.status, delivery.error, delivery.triedAt], () => answerOf(delivery));
      setContent(next, delivery.dueAt, () => delivery.dueAt ? time(delivery.dueAt) : []);
    },
  };
}

/** 'HTTP 500', or why there was no answer, and when. */
function answerOf({status, error, triedAt}) {
  if (!triedAt) {
    return '–';
  }
  return [status ? `HTTP ${status}` : error ? element('code', {}, error) : 'none yet', ' ', element('span.muted', {}, time(triedAt))];
}
