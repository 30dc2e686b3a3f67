// The whole page: chooses the view by the address's hash; keys, counts and the connection's state.

import {chartView} from './chart.js';
import {columns} from './columns.js';
import {listenForFiles} from './files.js';
import {plural} from './format.js';
import {lessonsColumn} from './lessons.js';
import {live, on, showSince, start} from './live.js';
import {logsView} from './logs.js';
import {metricsView} from './metrics.js';
import {notebookColumn} from './notebook.js';
import {isSingleKey, shortcutsButton} from './shortcuts.js';
import {splitter} from './splitter.js';
import {tracesView} from './traces.js';
import {wireView} from './wire.js';

const byId = (id) => document.getElementById(id);
const search = byId('search');
const queries = {};
let current = null;
let address = ['wire']; // of the view that is shown; opening a lesson does not change it

const app = {
  /** Goes to an address such as "wire/3"; the last one is forgotten if it is to be replaced. */
  go(address, replace) {
    if (replace) {
      history.replaceState(null, '', `#${address}`);
      route();
    } else {
      location.hash = address;
    }
  },
  counted: () => counts(),
};

const views = {
  wire: wireView(app),
  traces: tracesView(app),
  metrics: metricsView(app),
  logs: logsView(app),
  protocols: chartView(),
};
byId('views').append(...Object.values(views).map((view) => view.element));

const border = splitter(byId('notebook'), byId('views'), {
  full() {
    shown.close('notebook');
    byId('toggle-notebook').focus();
  },
});
const shown = columns({
  lessons: [byId('lessons'), byId('toggle-lessons')],
  notebook: [byId('notebook'), byId('toggle-notebook')],
  views: [byId('views'), byId('toggle-views')],
}, (open) => (border.hidden = !open.includes('notebook') || !open.includes('views')));
const notebook = notebookColumn(byId('notebook'), {
  there(yes) {
    shown.has('notebook', yes);
    document.querySelector('.skips [href="#notebook"]').hidden = !yes;
  },
  opened: (name) => lessons.opened(name),
});
const lessons = lessonsColumn(byId('lessons'), {
  there: (yes) => shown.has('lessons', yes),
  told: (found) => notebook.told(found),
});

/** An address: #wire/3 or of another view, or #lesson/02-grpc-export, or with /CELL. */
function route() {
  const parts = location.hash.slice(1).split('/');
  if (parts[0] === 'lesson') {
    shown.open('notebook');
    notebook.open(parts[1], parts[2]);
    if (current !== null) return;
  } else {
    address = parts;
    if (current !== null) shown.open('views');
  }
  showView();
}

function showView() {
  const [name, ...parts] = address;
  const next = Object.hasOwn(views, name) ? name : 'wire';
  for (const [other, view] of Object.entries(views)) {
    view.element.hidden = other !== next;
    view.shown?.(other === next);
  }
  document.querySelectorAll('nav a').forEach((link) => {
    if (link.dataset.view === next) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  });
  if (current !== next) {
    current = next;
    search.value = queries[next] ?? '';
    search.placeholder = views[next].placeholder;
    search.setAttribute('aria-label', `Search ${next}: ${views[next].placeholder}`);
  }
  views[next].show(parts);
}

// Focus moves into what was opened, and back when it is closed.
let opener = null;
let pointed = false; // whether the mouse acted last
document.addEventListener('pointerdown', () => (pointed = true), true);
document.addEventListener('keydown', () => (pointed = false), true);

function navigated() {
  const before = address;
  const focused = document.activeElement;
  route();
  if (address === before) return; // a lesson, or the same again
  if (address.length > 1) {
    opener = focused;
    // After a click on a row, the arrow keys go on in the list.
    if (!pointed || !focused.matches('.list')) enter();
  } else if (before.length > 1 && opener?.checkVisibility()) {
    opener.focus();
  }
}

function enter() {
  const {element} = views[current];
  const contents = [...element.querySelectorAll('.panel > .content')];
  const target = contents.find((content) => content.checkVisibility()) ?? element;
  target.tabIndex = -1;
  target.focus({preventScroll: true});
}

function counts() {
  document.querySelectorAll('nav a').forEach((link) => {
    const count = views[link.dataset.view].count();
    if (count !== null) link.querySelector('.count').textContent = count || '';
  });
}

function state() {
  counts();
  byId('ports').textContent = live.instance === null ? '' :
    `gRPC ${live.grpcPort} · HTTP ${live.httpPort}`;
  const lost = live.connected ? '' :
    'The backend does not respond. Is ./jbang backend still running? ' +
    'This page keeps trying to reconnect. It still shows what it has received.';
  if (byId('lost').textContent !== lost) byId('lost').textContent = lost;
  document.body.classList.toggle('offline', !live.connected);
  byId('since-run').hidden = beforeRun() === null;
  byId('show-all').hidden = live.since === 0;
  byId('since').textContent = live.since === 0 ? '' :
    `The lists start after exchange ${live.since}.`;
  byId('kept').textContent = live.dropped > 0 ?
    `${plural(live.dropped, 'older exchange')} deleted; --keep sets how many are kept.` : '';
}

/** The number before the first exchange of the newest run of a lesson; null without one. */
function beforeRun() {
  const newest = live.exchanges.findLast((x) => x.run);
  return newest ? live.exchanges.find((x) => x.run === newest.run).number - 1 : null;
}
byId('clear').addEventListener('click', () => showSince(live.total));
byId('since-run').addEventListener('click', () => showSince(beforeRun()));
byId('show-all').addEventListener('click', () => showSince(0));

listenForFiles(byId('save'), byId('files'));

// For a screen reader: what arrived, at most every few seconds.
let told = 0;
let telling = null;
function news() {
  telling ??= setTimeout(() => {
    telling = null;
    if (live.total > told) {
      byId('news').textContent =
        `${plural(live.total - told, 'exchange')} arrived, ${live.total} in all`;
    }
    told = live.total;
  }, 3000);
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const typing = event.target.matches('input, textarea, select') ||
    event.target.isContentEditable;
  if (event.key === 'Escape') {
    if (typing && search.value !== '') {
      search.value = '';
      searched();
    } else if (typing) {
      views[current].focus();
    } else {
      views[current].close();
    }
    event.preventDefault();
  } else if (typing) {
    if (event.target === search && (event.key === 'Enter' || event.key === 'ArrowDown')) {
      views[current].focus();
      event.preventDefault();
    }
  } else if (/^Arrow(Up|Down)$/.test(event.key) &&
    [document.body, views[current].element].includes(event.target)) {
    views[current].focus();
    document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: event.key}));
    event.preventDefault();
  } else if (!isSingleKey(event)) {
    return;
  } else if (event.key === '/') {
    shown.open('views');
    search.focus();
    search.select();
    event.preventDefault();
  } else if (event.key === '?') {
    byId('keys').querySelector('button').click();
    event.preventDefault();
  } else if (/^[1-4]$/.test(event.key)) {
    app.go(Object.keys(views)[event.key - 1]);
    setTimeout(() => views[current].focus());
    event.preventDefault();
  }
});

function searched() {
  queries[current] = search.value;
  views[current].search(search.value);
}

byId('keys').append(shortcutsButton());
search.addEventListener('input', searched);
window.addEventListener('hashchange', navigated);
on('state', state);
on('exchanges', news);
on('restart', showView);
// A link to what is already shown: its column may be closed.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href^="#"]');
  if (link?.hash === location.hash) route();
});
document.querySelectorAll('.skips a').forEach((link) => link.addEventListener('click', (event) => {
  const column = link.hash.slice(1);
  shown.open(column);
  byId(column).focus();
  event.preventDefault();
}));
route();
start();
