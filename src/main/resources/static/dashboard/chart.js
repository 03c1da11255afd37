import {element, fill, setText} from './dom.js';
import {clock, duration, number, short} from './format.js';

const HEIGHT = 150;
/** Length of each window in seconds. The axis always covers the whole window. */
const SPANS = {'5m': 300, '1h': 3600, '24h': 86400};
/** Tick intervals in seconds. Whole minutes, because the labels show no seconds. */
const STEPS = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 14400, 21600];

/**
 * Two charts over the same time range: documents finished per minute, and queued, running and retrying documents. A
 * table below them holds the same values.
 */
export async function chartOf(signal) {
  const {default: Plot} = await import('../webjars/uplot/1.6.30/dist/uPlot.esm.js');
  const upper = drawing(Plot, 'Finished per minute', [
    {label: 'Succeeded', colour: '--succeeded-line', area: true, of: (item, scale) => item.succeeded * scale},
    {label: 'Dead', colour: '--dead-line', dash: [5, 3], of: (item, scale) => item.dead * scale},
  ]);
  const lower = drawing(Plot, 'Documents by state', [
    {label: 'Queued', colour: '--queued-line', area: true, of: (item) => item.queued},
    {label: 'Running', colour: '--running-line', dash: [5, 3], of: (item) => item.running},
    {label: 'Retrying', colour: '--retrying-line', dash: [1, 3], of: (item) => item.retrying},
  ]);
  const rows = element('tbody');
  const figures = element('details.figures', {}, element('summary', {}, 'Show as table'),
    element('div.scroll', {tabindex: 0, role: 'region', 'aria-label': 'Values over time'}, element('table', {},
      element('thead', {}, element('tr', {}, ['Time', 'Succeeded', 'Dead', 'Queued', 'Running', 'Retrying', 'Oldest queued']
        .map((text) => element('th', {scope: 'col'}, text)))),
      rows)));
  const node = element('div', {}, element('div.charts', {}, upper.node, lower.node), figures);
  let stats = null;

  const observer = new ResizeObserver(() => {
    upper.fit();
    lower.fit();
  });
  observer.observe(node);
  const redraw = () => {
    upper.rebuild(stats);
    lower.rebuild(stats);
  };
  window.addEventListener('theme', redraw, {signal});
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', redraw, {signal});
  signal.addEventListener('abort', end);
  figures.addEventListener('toggle', tellFigures);

  function tellFigures() {
    if (!figures.open || !stats) {
      return;
    }
    fill(rows, stats.items.slice(-120).reverse().map((item) => element('tr', {},
      [clock(item.at), number(item.succeeded), number(item.dead), number(item.queued), number(item.running),
        number(item.retrying), duration(item.oldestQueuedSeconds)].map((text) => element('td', {}, text)))));
  }

  function end() {
    observer.disconnect();
    upper.end();
    lower.end();
  }

  return {
    node,
    update(now) {
      stats = now;
      upper.update(now);
      lower.update(now);
      tellFigures();
    },
  };
}

/** A missing bucket means that no instance ran at that time. The lines are interrupted there. */
function withGaps({items, bucketSeconds}) {
  const filled = [];
  for (const item of items) {
    const at = new Date(item.at) / 1000;
    const last = filled.at(-1)?.at;
    if (last !== undefined && at - last > bucketSeconds * 1.5) {
      filled.push({at: last + bucketSeconds, item: null}, {at: at - bucketSeconds, item: null});
    }
    filled.push({at, item});
  }
  return filled;
}

function drawing(Plot, title, series) {
  const values = series.map(() => element('b'));
  const when = element('span.scope');
  const place = element('div.plot', {'aria-hidden': 'true'});
  const node = element('figure.chart', {},
    element('figcaption', {}, element('span.strong', {}, title), ' ', when,
      element('span.legend', {}, series.map(({label, colour}, index) => {
        const swatch = element('i', {data: {line: String(index)}});
        swatch.style.setProperty('--swatch', `var(${colour})`);
        return element('span', {}, swatch, `${label} `, values[index]);
      }))),
    place);
  let plot = null;
  let data = null;
  let range = [0, 1];
  let ended = false;

  function css(name) {
    return getComputedStyle(node).getPropertyValue(name).trim();
  }

  /** A colour in a form that the canvas accepts. The browser resolves light-dark() only where a colour is applied. */
  function colour(name) {
    const probe = element('span');
    probe.style.color = `var(${name})`;
    node.append(probe);
    const resolved = getComputedStyle(probe).color;
    probe.remove();
    return resolved;
  }

  function tell() {
    const at = plot?.cursor.idx ?? null;
    const index = at ?? data[0].length - 1;
    setText(when, at === null ? 'latest' : clock(data[0][index] * 1000));
    series.forEach((_, n) => setText(values[n], number(data[n + 1][index])));
  }

  function build() {
    if (ended) {
      return;
    }
    const text = colour('--muted');
    const grid = colour('--line');
    const axis = {stroke: text, grid: {stroke: grid, width: 1}, ticks: {stroke: grid, size: 4}, font: `11px ${css('--sans')}`};
    plot?.destroy();
    plot = new Plot({
      width: Math.max(200, place.clientWidth),
      height: HEIGHT,
      legend: {show: false},
      cursor: {y: false, drag: {setScale: false, x: false, y: false}, sync: {key: 'overview'}},
      padding: [8, 20, 0, 0],
      scales: {x: {time: true, range: () => range}, y: {range: (_, __, most) => [0, Math.max(4, most * 1.1)]}},
      axes: [
        {...axis, size: 28, space: 60, incrs: STEPS, values: (_, times) => times.map((at) => clock(at * 1000))},
        {...axis, size: 44, space: 34, values: (_, numbers) => numbers.map(short)},
      ],
      series: [{}, ...series.map((line) => ({
        label: line.label,
        stroke: colour(line.colour),
        width: 1.75,
        dash: line.dash,
        points: {show: false},
        fill: line.area ? colour(line.colour).replace(/^rgb\((.*)\)$/, 'rgba($1, 0.12)') : undefined,
      }))],
      hooks: {setCursor: [tell]},
    }, data, place);
    tell();
  }

  return {
    node,
    update(stats) {
      const scale = 60 / stats.bucketSeconds;
      const items = withGaps(stats);
      const end = items.at(-1).at;
      range = [end - (SPANS[stats.window] ?? end - items[0].at), end];
      data = [items.map(({at}) => at), ...series.map(({of}) => items.map(({item}) => item ? of(item, scale) : null))];
      if (plot) {
        plot.setData(data);
        tell();
      } else {
        requestAnimationFrame(build);
      }
    },
    rebuild(stats) {
      if (stats && plot) {
        build();
      }
    },
    fit() {
      if (plot && place.clientWidth > 0) {
        plot.setSize({width: place.clientWidth, height: HEIGHT});
      }
    },
    end() {
      ended = true;
      plot?.destroy();
      plot = null;
    },
  };
}
