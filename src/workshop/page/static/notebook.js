// A lesson as a notebook: its steps are cells that run in a session of the tool, with what each
// caused on the wire. The state is the server's; only edits that are not sent yet are here.

import {cellView} from './cell.js';
import {withImport} from './completion.js';
import {el, oneLine, received, visible, withCode} from './dom.js';
import {SCRATCH, draft, forget, keep, scratchDrafts} from './drafts.js';
import {plural} from './format.js';
import {takeTerms} from './glossary.js';
import {getJson, live, on, postJson} from './live.js';
import {isSingleKey} from './shortcuts.js';
import {cellId} from './task.js';
import {taskElement, taskLink} from './tasks.js';

const PAUSE_MILLIS = 300; // after the last key, before an edit is sent

const TWICE_MILLIS = 800; // between the two presses of i i, 0 0 and d d

const ELSEWHERE = 'Only a browser on the backend’s own machine can run code.';

const SENDS_NOTHING =
  'This lesson sends nothing to the backend: its spans are printed below the cells.';

const SESSION = {
  none: 'no session yet; the first run starts one',
  starting: 'session starting …',
  idle: 'session ready',
  running: 'running …',
  ended: 'session ended',
};

/**
 * there(yes)  whether there is a notebook to show
 * opened(name)  after another lesson's was opened
 */
export function notebookColumn(column, {there, opened}) {
  let lesson = null;
  let state = null;
  let lessons = {lessons: []};
  let views = new Map();
  let asking = null;
  let asked = Promise.resolve(); // the last question to JShell
  let focused = null; // the id of the cell that has or had the focus
  let adding = null; // {id, edit} of the scratch cell that gets the focus when it is there
  let restoring = null; // the id of the scratch cell that is being added again
  let pressed = {key: null, at: 0}; // the last single key
  let entering = null; // the id of the cell to focus when it is there; '' for the first with code
  let turn = 0; // grows with each lesson opened: responses for an earlier one are ignored

  const button = (text, action) => el('button', {type: 'button', onclick: action}, text);
  const name = el('h2', {});
  const session = el('span', {class: 'session', role: 'status'});
  const failures = el('span', {class: 'failures', role: 'status'});
  const runAll = button('▶ Run all', runEverything);
  const restart = button('Restart', () => tell('restart', {}));
  const stop = button('■ Stop', () => tell('stop', {}));
  const resetAll = button('Reset all', () => reset([...views.values()]));
  const scratch = button('+ Scratch cell', () => addScratch(current(), {below: true, edit: true}));
  const save = button('Save', () => saveFile(false));
  runAll.title = 'Runs every cell in a new session, like running the file (Ctrl+Shift+Enter)';
  runAll.classList.add('run');
  restart.title = 'Ends the session and starts a new one, without variables';
  scratch.title = 'Adds a cell that is not part of the file, below the current cell (B)';
  save.title = 'Writes the edited cells to the lesson’s file (Ctrl+S)';
  const notes = el('div', {class: 'notes', role: 'status'});
  const notice = el('div', {class: 'notes', role: 'status'});
  const said = el('p', {class: 'unseen', role: 'status'});
  const description = el('p', {class: 'description'});
  const cells = el('div', {class: 'cells'});
  const closing = el('div', {class: 'closing'});
  const content = el('div', {class: 'content', tabindex: -1}, description, cells, closing);
  const place = el('div', {class: 'elsewhere', hidden: true}, el('p', {}, ELSEWHERE));
  const bar = el('div', {class: 'notebook-bar'},
    el('div', {class: 'notebook-title'}, name, session, failures),
    el('div', {class: 'buttons'}, runAll, stop, restart, scratch, resetAll, save));
  column.append(bar, notes, notice, said, place, content);
  new ResizeObserver(() => views.forEach((view) => view.refresh())).observe(cells);

  // --- The lesson.

  /** cell: the id of the one to go to; otherwise the first with code gets the focus. */
  function open(wanted, cell = '') {
    entering = cell;
    if (wanted === lesson) {
      enter();
      return;
    }
    flush();
    lesson = wanted;
    turn++;
    state = null;
    views = new Map();
    cells.replaceChildren();
    notice.replaceChildren();
    content.scrollTop = 0;
    remember(wanted);
    opened(wanted);
    draw();
    refresh();
  }

  function enter() {
    if (entering === null || state === null) return;
    const id = entering;
    entering = null;
    const view = id === '' ? runnable().find((each) => each.state().kind === 'code') :
      views.get(id);
    view?.element.focus({preventScroll: true});
    if (id !== '') view?.element.scrollIntoView({block: 'start'});
  }

  /** The lesson that this tab showed, the guide's current one, or the first. */
  function choose() {
    const names = lessons.lessons.map((each) => each.name);
    const wanted = [lesson, remembered(), lessons.current].find((each) => names.includes(each));
    open(wanted ?? names[0]);
    if (document.activeElement !== document.body) entering = null;
  }

  // --- News from the server.

  /** One request at a time; changes in the meantime cause another. */
  async function refresh() {
    if (lesson === null || !live.mayRun) return;
    if (asking) {
      asking.again = true;
      return;
    }
    asking = {again: false};
    do {
      asking.again = false;
      const mine = turn;
      try {
        apply(await getJson(`api/notebooks/${lesson}`), mine);
      } catch (problem) {
        if (mine === turn && live.connected) say(problem.message);
      }
      if (mine !== turn) asking.again = true;
    } while (asking.again);
    asking = null;
  }

  async function post(what, body) {
    const mine = turn;
    apply(await postJson(`api/notebooks/${lesson}/${what}`, body), mine);
  }

  /** Shows the reason if the server rejects it. */
  function tell(what, body) {
    return post(what, body).catch((problem) => live.connected && say(problem.message));
  }

  function apply(next, mine) {
    if (mine !== turn || (state !== null && next.version < state.version)) return;
    const before = state;
    state = next;
    const old = views;
    views = new Map(next.cells.map((cell) => {
      const known = old.get(cell.id);
      return [cell.id, known?.state().kind === cell.kind ? known : newView(cell)];
    }));
    arrange(old);
    next.cells.forEach((cell, i) => {
      const view = views.get(cell.id);
      view.update(cell);
      view.above = next.cells[i - 1]?.id;
      reconcile(view, cell);
    });
    restoreScratch();
    if (before !== null) announce(before);
    draw();
    enter();
    const added = views.get(adding?.id);
    if (!added) return;
    if (adding.edit) added.focus();
    else added.element.focus();
    added.element.scrollIntoView({block: 'nearest'});
    adding = null;
  }

  function arrange(old) {
    for (const [id, view] of old) {
      if (views.get(id) !== view) view.element.remove();
    }
    [...views.values()].forEach((view, i) => {
      if (cells.children[i] === view.element) return;
      cells.insertBefore(view.element, cells.children[i] ?? null);
      view.refresh();
    });
  }

  function newView(cell) {
    const view = cellView(cell, {
      edited, reset: (each) => reset([each]), keepMine, runTo,
      run: (each) => run([each]), runAgain: (ids) => run(ids.map((each) => views.get(each))),
      remove: removeScratch,
      point: (id, line) => views.get(id)?.focus(line),
      complete, describe, importing,
    });
    // Edits that an earlier page could not send, or that were lost with an earlier server.
    const kept = draft(lesson, cell.id);
    view.lesson = lesson;
    view.unsent = kept !== null && (!kept.sent || kept.instance !== live.instance);
    if (view.unsent) view.set(kept.code);
    return view;
  }

  // --- Edits.

  function edited(view) {
    keep(lesson, view.id, {
      code: view.code(), base: base(view), above: view.above, instance: live.instance, sent: false,
    });
    view.unsent = true;
    clearTimeout(view.timer);
    view.timer = setTimeout(() => send(view), PAUSE_MILLIS);
    draw();
  }

  /** The file's code that the edit began from. If it is unknown, a conflict must remain one. */
  function base(view) {
    const {conflict, fileCode} = view.state();
    return draft(view.lesson, view.id)?.base ?? (conflict ? '' : fileCode);
  }

  /** Sends the text of a cell's editor, after any request that is still pending. */
  async function send(view) {
    clearTimeout(view.timer);
    while (view.sending) await view.sending;
    const kept = draft(view.lesson, view.id);
    if (!view.unsent || !live.connected) return;
    const code = view.code();
    const body = {cell: view.id, code, base: base(view)};
    const mine = turn;
    view.sending = postJson(`api/notebooks/${view.lesson}/edit`, body).then((next) => {
      if (view.code() === code) view.unsent = false;
      if (kept?.code === code) {
        keep(view.lesson, view.id, {...kept, instance: live.instance, sent: true});
      }
      if (next.lesson === lesson) apply(next, mine);
    }).catch((problem) => {
      if (live.connected) say(`Not sent to the server: ${problem.message}`);
    });
    await view.sending;
    view.sending = null;
  }

  function flush() {
    return Promise.all([...views.values()].filter((view) => view.unsent).map(send));
  }

  /** Puts the server's code into the editor, unless the editor's is newer; updates the draft. */
  function reconcile(view, cell) {
    if (view.unsent) {
      if (!view.sending && live.connected) {
        clearTimeout(view.timer);
        view.timer = setTimeout(() => send(view), PAUSE_MILLIS);
      }
      return;
    }
    // The server ignores blank lines at the start and the end of a cell.
    if (view.code().trim() !== cell.code.trim()) view.set(cell.code);
    if (cell.kind === 'scratch') {
      keep(lesson, cell.id, {
        code: cell.code, base: '', above: view.above, instance: live.instance, sent: true,
      });
    } else if (!cell.edited) {
      if (draft(lesson, cell.id)?.sent) forget(lesson, cell.id);
    } else {
      keep(lesson, cell.id,
        {code: cell.code, base: base(view), instance: live.instance, sent: true});
    }
  }

  /** The typed text, as an edit of the file's current text. */
  async function keepMine(view) {
    if (!live.connected) return;
    await view.sending;
    keep(lesson, view.id, {
      code: view.code(), base: view.state().fileCode, instance: live.instance, sent: false,
    });
    view.unsent = true;
    await send(view);
    view.focus();
  }

  /** Restores the file's text; this can be undone. */
  async function reset(which) {
    const lost = which.filter((view) => view.code() !== view.state().fileCode)
      .map((view) => ({view, code: view.code(), base: view.state().fileCode}));
    if (!live.connected) return;
    await Promise.all(which.map((view) => view.sending));
    which.forEach((view) => {
      clearTimeout(view.timer);
      view.unsent = false;
      forget(lesson, view.id);
    });
    await tell('reset', which.length === 1 ? {cell: which[0].id} : {});
    if (lost.length === 0) return;
    notify(`${plural(lost.length, 'cell')} reset to the file’s text.`, ['Undo', () => {
      lost.forEach(({view, code}) => {
        view.set(code);
        edited(view);
      });
      notice.replaceChildren();
    }]);
  }

  // --- Scratch cells.

  /** The cell that has or had the focus, or else the last one that runs. */
  function current() {
    return views.get(focused) ?? runnable().at(-1);
  }

  /** Below a cell, or above it; edit says whether its editor gets the focus. */
  function addScratch(view, {below, edit}) {
    if (!live.connected || state === null) return;
    const all = [...views.keys()];
    const above = all[Math.max(0, all.indexOf(view.id) - (below ? 0 : 1))];
    const cell = SCRATCH + Math.random().toString(36).slice(2, 12);
    adding = {id: cell, edit};
    tell('add', {cell, above, code: ''});
  }

  async function removeScratch(view) {
    if (!live.connected) return;
    clearTimeout(view.timer);
    await view.sending;
    const body = {cell: view.id, above: view.above, code: view.code()};
    const title = view.state().title;
    try {
      await post('remove', {cell: view.id});
    } catch (problem) {
      say(problem.message);
      return;
    }
    forget(lesson, view.id);
    views.get(body.above)?.element.focus();
    notify(`${title} removed.`, ['Undo', () => {
      notice.replaceChildren();
      adding = {id: body.cell, edit: false};
      tell('add', body);
    }]);
  }

  /** Adds those again that an earlier server had; forgets those that another tab removed. */
  function restoreScratch() {
    const lost = scratchDrafts(lesson);
    for (const [cell, {instance}] of lost) {
      const removed = instance === live.instance;
      if (removed && !views.has(cell)) forget(lesson, cell);
      if (removed || views.has(cell)) lost.delete(cell);
    }
    const [first] = [...lost].find(([, {above}]) => !lost.has(above)) ?? lost.keys();
    if (first === undefined || restoring === first) return;
    restoring = first;
    const {above, code} = lost.get(first);
    tell('add', {cell: first, above: above ?? '', code});
  }

  // --- What JShell knows.

  function ask(what, body) {
    const next = asked.then(() => postJson(`api/notebooks/${lesson}/${what}`, body));
    asked = next.catch(() => {}); // JShell does one thing at a time
    return next;
  }

  async function complete(cell, code, cursor) {
    try {
      const found = await ask('complete', {cell, code, cursor});
      if (found.suggestions.length > 0 || found.imports.length > 0) return found;
      said.textContent = 'No completion here';
    } catch (problem) {
      if (live.connected) say(problem.message);
    }
    return null;
  }

  async function describe(cell, code) {
    try {
      return (await ask('describe', {cell, code})).entries;
    } catch {
      return []; // the list is of use without it
    }
  }

  /** Adds an import to the cell of imports, and runs that. */
  function importing(name) {
    const imports = views.get('imports');
    const code = withImport(imports.code(), name);
    if (code === imports.code()) return;
    imports.set(code);
    edited(imports);
    notify(`Added import ${name}.`);
    run([imports]);
  }

  // --- Runs.

  async function run(which, fresh = false) {
    if (!live.connected || lesson === null) return;
    await flush();
    await tell('run', {cells: which.map((view) => view.id), fresh});
  }

  function runnable() {
    return [...views.values()].filter((view) => view.state().kind !== 'prose');
  }

  const isOfTheFile = (view) => view.state().kind !== 'scratch';

  function runEverything() {
    return run(runnable().filter(isOfTheFile), true);
  }

  function runTo(view) {
    const all = runnable();
    return run([...all.slice(0, all.indexOf(view)).filter(isOfTheFile), view]);
  }

  async function saveFile(force) {
    if (!live.connected || lesson === null) return;
    await flush();
    try {
      await post('save', {force});
      notify(`Saved to ${state.file}.`);
    } catch (problem) {
      if (problem.status === 409) notify(problem.message, ['Overwrite it', () => saveFile(true)]);
      else say(problem.message);
    }
  }

  // --- Messages.

  /** Shows a message until the next one, with a button for what to do about it, if any. */
  function notify(text, action) {
    notice.replaceChildren(el('p', {}, visible(text)),
      ...[action ?? [], ['✕', () => notice.replaceChildren()]].filter((each) => each.length > 0)
        .map(([label, act]) => el('button', {
          type: 'button', class: 'small', 'aria-label': label === '✕' ? 'Close' : null, onclick: act,
        }, label)));
  }

  function say(problem) {
    const end = /[.!?]$/.test(problem) ? '' : '.';
    notify(problem.charAt(0).toUpperCase() + problem.slice(1) + end);
  }

  /** For a screen reader: which cells ended. */
  function announce(before) {
    const was = new Map(before.cells.map((cell) => [cell.id, cell]));
    const ended = state.cells.filter((cell) => /^(ok|failed|stopped)$/.test(cell.state) &&
      (was.get(cell.id)?.state !== cell.state || was.get(cell.id).order !== cell.order));
    if (ended.length === 0) return;
    said.textContent = ended.map((cell) => {
      const word = {ok: 'finished', failed: 'failed', stopped: 'stopped'}[cell.state];
      const spans = cell.caused.spans > 0 ? `, ${plural(cell.caused.spans, 'span')} arrived` : '';
      return `${cell.title}: ${word}${spans}`;
    }).join('. ');
  }

  function draw() {
    const may = live.mayRun;
    place.hidden = may;
    bar.hidden = content.hidden = notes.hidden = notice.hidden = !may;
    if (!may) return;
    const edits = state?.edited ?? 0;
    const unsent = [...views.values()].some((view) => view.unsent);
    const on = live.connected && state !== null;
    const busy = /^(starting|running)$/.test(state?.session);
    name.textContent = lesson ?? '';
    const words = state === null ? '' : SESSION[state.session];
    if (session.textContent !== words) session.textContent = words;
    session.dataset.session = state?.session;
    runAll.disabled = !on;
    restart.disabled = !on || state.session === 'none';
    stop.disabled = !on || !busy;
    resetAll.disabled = !on || (edits === 0 && !unsent);
    save.disabled = !on || (edits === 0 && !unsent);
    save.textContent = `Save to ${state?.file ?? 'the file'}`;
    resetAll.textContent = edits > 0 ? `Reset all (${edits})` : 'Reset all';
    views.forEach((view) => view.enable(on));
    const sends = lessons.lessons.find((each) => each.name === lesson)?.protocol !== 'none';
    description.replaceChildren(...withCode(state?.description ?? ''),
      ...(sends ? [] : [el('span', {class: 'quiet'}, ` ${SENDS_NOTHING}`)]));
    const told = [state?.note, state?.fileNote].filter((note) => note);
    if (notes.dataset.told !== JSON.stringify(told)) {
      notes.dataset.told = JSON.stringify(told);
      notes.replaceChildren(...told.map((note) => el('p', {}, visible(note))));
    }
    drawFailures();
    drawTasks();
    drawClosing();
  }

  /** The cells that failed, as links to them. */
  function drawFailures() {
    const failed = (state?.cells ?? []).filter((cell) => cell.state === 'failed');
    const drawn = failed.map((cell) => cell.id).join(' ');
    if (failures.dataset.drawn === drawn) return;
    failures.dataset.drawn = drawn;
    failures.replaceChildren(...(failed.length === 0 ? [] : [
      `✗ ${plural(failed.length, 'cell')} failed: `,
      ...failed.flatMap((cell, i) => [i > 0 ? ', ' : '',
        el('a', {href: `#lesson/${lesson}/${cell.id}`}, oneLine(cell.title))]),
    ]));
  }

  /** Each task in the cell where it is to be done, and each question in the cell that asks it. */
  function drawTasks() {
    const {tasks = [], predictions = [], terms = {}} =
      lessons.lessons.find((each) => each.name === lesson) ?? {};
    views.forEach((view) => {
      const isOfCell = ({step}) => step && cellId(step) === view.id;
      view.teach({
        lesson, terms: Object.keys(terms), tasks: tasks.filter(isOfCell),
        prediction: predictions.find(isOfCell) ?? null,
      });
    });
  }

  /** The lesson's tasks, and the next lesson. */
  function drawClosing() {
    const at = lessons.lessons.findIndex((each) => each.name === lesson);
    const tasks = lessons.lessons[at]?.tasks ?? [];
    const next = lessons.lessons[at + 1];
    const drawn = JSON.stringify([tasks, next?.name]);
    cells.classList.toggle('with-tasks', tasks.length > 0);
    if (closing.dataset.drawn === drawn) return;
    closing.dataset.drawn = drawn;
    closing.replaceChildren(
      ...(tasks.length === 0 ? [] :
        [el('ol', {class: 'tasks', 'aria-label': 'Tasks'}, tasks.map((task) =>
          taskElement(task, [taskLink(lesson, task)])))]),
      ...(next ? [el('p', {class: 'next'},
        el('a', {href: `#lesson/${next.name}`}, `Next: ${next.name} →`), ' ',
        el('span', {class: 'quiet'}, received(next.description ?? '')))] : []));
  }

  // --- Keys.

  function key(event) {
    if (!live.mayRun || column.hidden || lesson === null) return;
    const control = event.ctrlKey || event.metaKey;
    const view = views.get(event.target.closest?.('.cell')?.id.slice('cell-'.length));
    const done = command(event, control, view);
    if (done) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** Whether the key is one of the page's. */
  function command(event, control, view) {
    if (event.key === 'Enter' && control && event.shiftKey) {
      runEverything();
    } else if (event.key.toLowerCase() === 's' && control && !event.shiftKey && !event.altKey) {
      saveFile(false);
    } else if (!view) {
      return false;
    } else if (event.key === 'Enter' && event.altKey) {
      runTo(view);
    } else if (event.key === 'Enter' && control) {
      run([view]);
    } else if (event.key === 'Enter' && event.shiftKey) {
      run([view]);
      const all = runnable();
      const next = all[all.indexOf(view) + 1];
      if (event.target === view.element) next?.element.focus();
      else next?.focus();
      next?.element.scrollIntoView({block: 'nearest'});
    } else if (event.key === 'Escape' && event.target !== view.element) {
      if (!view.closeList()) view.element.focus();
    } else if (event.target !== view.element || control) {
      return false;
    } else if (event.key === 'Enter') {
      view.focus();
    } else if (/^Arrow(Up|Down)$/.test(event.key)) {
      move(view, event.key === 'ArrowDown' ? 1 : -1);
    } else {
      return isSingleKey(event) && single(event, view);
    }
    return true;
  }

  function move(view, by) {
    const all = [...views.values()];
    all[all.indexOf(view) + by]?.element.focus();
  }

  /** Jupyter's keys of one character, when a cell has the focus and not its editor. */
  function single({key: name, timeStamp: at, repeat}, view) {
    const twice = pressed.key === name && at - pressed.at < TWICE_MILLIS && !repeat;
    pressed = {key: twice ? null : name, at};
    if (name === 'j') move(view, 1);
    else if (name === 'k') move(view, -1);
    else if (name === 'a' && !repeat) addScratch(view, {below: false, edit: false});
    else if (name === 'b' && !repeat) addScratch(view, {below: true, edit: false});
    else if (name === 'i' && twice) stop.click();
    else if (name === '0' && twice) restart.click();
    else if (name === 'd' && twice && view.state().kind === 'scratch') removeScratch(view);
    else return /^[id0]$/.test(name);
    return true;
  }

  // Before the editor handles the key.
  document.addEventListener('keydown', key, true);
  cells.addEventListener('focusin', (event) => {
    focused = event.target.closest('.cell')?.id.slice('cell-'.length) ?? focused;
  });
  window.addEventListener('pagehide', () => views.forEach((view) => {
    if (!view.unsent) return;
    const body = {cell: view.id, code: view.code(), base: base(view)};
    postJson(`api/notebooks/${lesson}/edit`, body, true).catch(() => {});
  }));
  document.addEventListener('visibilitychange', () => document.hidden && flush());
  on('notebook', (told) => {
    there(live.notebook);
    if (!told) draw();
    if (!told || (told.lesson === lesson && told.version > (state?.version ?? -1))) refresh();
  });
  on('state', draw);
  on('restart', () => {
    if (state !== null) state = {...state, version: -1};
    views.forEach((view) => (view.unsent ||= draft(lesson, view.id) !== null));
  });
  return {
    open,
    /** From the lessons column: the names, the tasks, and which lesson is current. */
    told(found) {
      lessons = found;
      takeTerms(found.lessons);
      if (live.mayRun && lesson === null) choose();
      else draw();
    },
  };
}

const LESSON = 'lesson'; // in the tab's own storage, so that two tabs may show two lessons

function remembered() {
  try {
    return sessionStorage.getItem(LESSON);
  } catch {
    return null;
  }
}

function remember(name) {
  try {
    sessionStorage.setItem(LESSON, name);
  } catch {
    // forbidden: a reload shows the guide's current lesson
  }
}
