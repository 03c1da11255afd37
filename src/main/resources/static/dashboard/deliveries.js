import {list, post} from './api.js';
import {element, foreign, icon, setContent, setText, toast} from './dom.js';
import {number, tail} from './format.js';
import {cell, keyed, pager, row, setState, table, time} from './pieces.js';

/** Few per page, because the deliveries are above the documents. */
const PAGE = 5;
const WHAT = {'batch.finished': 'Batch finished', 'job.dead': 'Dead letter'};

/**
 * The webhook deliveries of a batch. Hidden while there are none.
 *
 * @param {() => Promise<void>} ask refreshes the view
 * @param {(problem: Error) => void} failed
 */
export function deliveriesOf(batchId, ask, failed) {
  const {node: tableNode, body} = table('Webhook deliveries', ['Event', 'State', 'Attempts', 'Last response', 'Next attempt', ''], 'deliveries');
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
      toast('Delivery queued again.');
      ask();
    } catch (problem) {
      failed(problem);
    }
  }

  return {
    node,
    /** Reads the deliveries only if they may have changed. @returns whether all are final, so that no refresh is needed */
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
      cell('number', 'Attempts', tries),
      cell('fit', 'Last response', answer),
      cell('fit', 'Next attempt', next),
      cell('fit', '', button)),
    update(delivery) {
      setState(badge, delivery.state);
      setText(tries, number(delivery.tries));
      setContent(answer, [delivery.status, delivery.error, delivery.triedAt], () => answerOf(delivery));
      setContent(next, delivery.dueAt, () => delivery.dueAt ? time(delivery.dueAt) : []);
    },
  };
}

/** The status such as 'HTTP 500', or why there was no response, with the time of the attempt. */
function answerOf({status, error, triedAt}) {
  if (!triedAt) {
    return '–';
  }
  return [status ? `HTTP ${status}` : error ? element('code', {}, error) : 'no response yet', ' ', element('span.muted', {}, time(triedAt))];
}
