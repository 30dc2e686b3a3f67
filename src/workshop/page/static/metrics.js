// Metrics as streams: a row with a small chart for each, and all points of the one that is opened.

import {el, long, oneLine, received} from './dom.js';
import {plural, time} from './format.js';
import {getJson} from './live.js';
import {boundsText, chartedText, lines, occupied, range, shortNumber, temporalityText}
  from './series.js';
import {fact} from './span.js';
import {COMMON, EXCHANGE, tableView, text} from './tables.js';

const SVG = 'http://www.w3.org/2000/svg';
const WIDTH = 600;
const HEIGHT = 120;
const MOST_LISTED = 100; // points in the table below a chart, until one asks for all

export function metricsView(app) {
  let id = null;
  let turn = 0;
  let all = false; // whether the table has all points
  const title = el('h2', {});
  const content = el('div', {class: 'content', tabindex: 0, role: 'region',
    'aria-label': 'Details of the stream'});
  const panel = el('section', {class: 'panel', 'aria-label': 'Stream', hidden: true},
    el('div', {class: 'bar'}, title, el('span', {class: 'buttons'},
      el('button', {type: 'button', 'aria-label': 'Close', onclick: () => close()}, '✕'))),
    content);

  async function load() {
    if (id === null) return;
    const mine = ++turn;
    try {
      const stream = await getJson(`api/metrics/${id}`);
      if (mine !== turn) return;
      title.replaceChildren(received(stream.name));
      content.replaceChildren(...streamDetails(stream, all, () => {
        all = true;
        load();
      }));
    } catch (e) {
      if (mine === turn) content.replaceChildren(el('p', {class: 'quiet'}, `${e.message}.`));
    }
  }

  function close() {
    if (id === null) return false;
    app.go('metrics');
    view.focus();
    return true;
  }

  const view = tableView(app, {
    signal: 'metrics', title: 'Metrics', noun: 'stream',
    columns: [...COMMON,
      {title: 'Metric', name: 'name', draw: (cell, row) => {
        cell.title = oneLine(row.name);
        cell.replaceChildren(received(row.name, {class: 'strong'}));
      }},
      {title: 'Type', name: 'type', draw: (cell, row) => {
        cell.textContent = [row.type, row.temporality].filter((part) => part).join(', ');
        cell.title = temporalityText(row.temporality);
      }},
      {title: 'Value', name: 'value', draw: (cell, row) => {
        cell.title = oneLine(row.value);
        cell.replaceChildren(received(row.value, {class: 'strong'}));
      }},
      text('Unit', 'unit', 'unit'),
      {title: 'Chart', name: 'spark', draw: (cell, row) => cell.replaceChildren(spark(row))},
      text('Attributes', 'attributes', 'attributes'), EXCHANGE],
    hint: 'No metric has arrived yet. The lessons send traces. Point an OTLP metric exporter at',
    key: (row) => row.id,
    details: {
      panel, close,
      open: (row) => app.go(`metrics/${row.id}`),
      decorate: (row, item) => item.id === id && row.classList.add('open'),
      changed: load,
      show: ([wanted]) => {
        if ((wanted ?? null) !== id) {
          id = wanted ?? null;
          all = false;
          title.replaceChildren();
          content.replaceChildren();
          content.scrollTop = 0;
        }
        panel.hidden = id === null;
        load();
      },
    },
  });
  return view;
}

function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

/** A line for each run of points without a gap; a dot for a point that is alone. */
function drawLines(points, width, height) {
  return lines(points, width, height).map((line) => line.length === 1 ?
    svg('circle', {cx: line[0][0], cy: line[0][1], r: 2.5}) :
    svg('polyline', {points: line.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')}));
}

function name(row) {
  const found = range(row.chart);
  return found === null ? 'no values to chart' :
    `${oneLine(chartedText(row))}, from ${shortNumber(found[0])} to ${shortNumber(found[1])}`;
}

function spark(row) {
  return svg('svg', {class: 'series', role: 'img', viewBox: '-3 -3 106 22', width: 106, height: 22,
    'aria-label': name(row)}, svg('title', {}, name(row)), ...drawLines(row.chart, 100, 16));
}

function chart(stream, points) {
  const found = range(points);
  if (found === null) return el('p', {class: 'quiet'}, 'There is no value to chart yet.');
  const row = {...stream, chart: points};
  const timed = points.filter(([at]) => at > 0).map(([at]) => at);
  return el('figure', {class: 'charted'},
    el('figcaption', {}, received(chartedText(stream)),
      el('span', {class: 'quiet'},
        `, ${shortNumber(Math.min(0, found[0]))} to ${shortNumber(Math.max(0, found[1]))}`)),
    svg('svg', {class: 'series', role: 'img', preserveAspectRatio: 'none',
      viewBox: `-4 -4 ${WIDTH + 8} ${HEIGHT + 8}`, 'aria-label': name(row)},
    svg('title', {}, name(row)), ...drawLines(points, WIDTH, HEIGHT)),
    timed.length === 0 ? null : el('p', {class: 'quiet ends'},
      el('span', {}, time(Math.min(...timed))), el('span', {}, time(Math.max(...timed)))));
}

function streamDetails(stream, all, showAll) {
  return [
    chart(stream, stream.points.map((point) => [point.at, point.y])),
    el('dl', {class: 'facts'},
      fact('Description', stream.description ? received(stream.description) : 'none'),
      fact('Type', stream.type),
      stream.temporality ? fact('Temporality', temporalityText(stream.temporality)) : null,
      stream.start ? fact('Start', time(stream.start)) : null,
      fact('Unit', stream.unit ? received(stream.unit) : 'none'),
      fact('Attributes', stream.attributes ? received(stream.attributes) : 'none'),
      fact('Scope', stream.scope ? received(stream.scope) : 'none'),
      fact('Resource', stream.resource ? long(stream.resource) : 'none')),
    ...buckets(stream),
    ...exemplars(stream),
    ...values(stream, all, showAll),
  ].filter((part) => part);
}

function table(name, titles, rows) {
  return el('table', {class: 'points'},
    el('caption', {}, name),
    el('thead', {}, el('tr', {}, titles.map((title) => el('th', {scope: 'col'}, title)))),
    el('tbody', {}, rows));
}

function buckets(stream) {
  const shown = occupied(stream.buckets);
  if (shown.length === 0) return [];
  const most = Math.max(...shown.map(({count}) => Number(count)));
  return [table('Buckets of the newest point', ['Between', 'Count', ''], shown.map((bucket) => {
    const bar = el('span', {class: 'bucket', 'aria-hidden': true});
    bar.style.width = `${(Number(bucket.count) / most) * 100}%`;
    return el('tr', {}, el('th', {scope: 'row'}, boundsText(bucket)),
      el('td', {class: 'count'}, BigInt(bucket.count).toLocaleString('en')), el('td', {}, bar));
  }))];
}

function exemplars(stream) {
  if (stream.exemplars.length === 0) return [];
  return [table('Exemplars', ['Time', 'Value', 'Trace', 'Attributes'],
    stream.exemplars.toReversed().map((exemplar) => el('tr', {},
      el('td', {}, exemplar.at ? time(exemplar.at) : ''),
      el('td', {}, exemplar.value),
      el('td', {}, exemplar.trace ? el('a', {href: exemplarHref(exemplar)},
        exemplar.trace.slice(0, 8)) : 'none'),
      el('td', {}, received(exemplar.attributes)))))];
}

function exemplarHref({trace, span}) {
  return `#traces/${trace}${span ? `/${span}` : ''}`;
}

function values(stream, all, showAll) {
  const newest = stream.points.toReversed();
  const shown = all ? newest : newest.slice(0, MOST_LISTED);
  const titles = ['Time', 'Value', ...stream.isRate ? ['Per second'] : [], 'Exchange'];
  return [table(`${plural(stream.total, 'point')}, newest first${stream.more ?
    `; the newest ${stream.points.length.toLocaleString('en')} are kept here` : ''}`,
  titles, shown.map((point) => el('tr', {},
    el('td', {class: point.timeProblem ? 'warn' : null, title: point.timeProblem || null},
      point.at ? time(point.at) : 'no time'),
    el('td', {}, received(point.value)),
    stream.isRate ? el('td', {}, point.y === null ? 'gap' : shortNumber(point.y)) : null,
    el('td', {}, el('a', {href: `#wire/${point.exchange}`}, String(point.exchange)))))),
  shown.length < newest.length ? el('button', {type: 'button', onclick: showAll},
    `Show all ${plural(newest.length, 'point')}`) : null];
}
