// The three columns (lessons, notebook, received data) and the buttons that open and close them.
// Without a notebook, the received data is always shown, except where only one column fits.

const SINGLE = 700; // px; up to here only one column fits
const NARROW = 1000; // the notebook or the received data, and the lessons beside it
const TIGHT = 1500; // the notebook and the received data, and the lessons if they are asked for

/**
 * The names of the columns that are open.
 *
 * there    {lessons, notebook, views}: whether there is anything to show in it
 * chosen   the same for what the learner opened or closed; undefined if neither
 * width    of the page
 */
export function openColumns(there, chosen, width) {
  const lessons = there.lessons &&
    (chosen.lessons ?? width > (there.notebook ? TIGHT : SINGLE));
  if (lessons && width <= SINGLE) return ['lessons'];
  const main = !there.notebook ? ['views'] :
    width > NARROW ? ['notebook', 'views'].filter((name) => chosen[name] ?? true) :
      [chosen.views ? 'views' : 'notebook'];
  return lessons ? ['lessons', ...main] : main;
}

/**
 * parts: {lessons: [element, button], notebook: …, views: …}
 * changed(open): after the names of the open columns changed
 */
export function columns(parts, changed) {
  const there = {lessons: false, notebook: false, views: true};
  const chosen = {};

  const openNow = () => openColumns(there, chosen, innerWidth);

  function draw() {
    const open = openNow();
    for (const [name, [element, button]] of Object.entries(parts)) {
      element.hidden = !open.includes(name);
      button.hidden = !there[name] || (name === 'views' && !there.notebook);
      button.setAttribute('aria-expanded', open.includes(name));
    }
    changed(open);
  }

  function open(name, yes) {
    if (openNow().includes(name) === yes) return;
    chosen[name] = yes;
    if (name !== 'lessons' && innerWidth <= SINGLE) chosen.lessons = false;
    if (name === 'notebook' && innerWidth <= NARROW) chosen.views = !yes;
    draw();
  }

  for (const [name, [, button]] of Object.entries(parts)) {
    button.addEventListener('click', () => open(name, !openNow().includes(name)));
  }
  for (const width of [SINGLE, NARROW, TIGHT]) {
    matchMedia(`(max-width: ${width}px)`).addEventListener('change', draw);
  }
  draw();
  return {
    open: (name) => open(name, true),
    close: (name) => open(name, false),
    /** Says whether there is anything to show in a column. */
    has(name, yes) {
      if (there[name] === yes) return;
      there[name] = yes;
      draw();
    },
  };
}
