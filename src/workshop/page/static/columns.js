// The three columns (lessons, notebook, received data) and the buttons that open and close them.
// Without a notebook, the received data is always shown.

const narrow = matchMedia('(max-width: 1000px)'); // room for the notebook or for the received data
const tight = matchMedia('(max-width: 1500px)'); // no room for the lessons beside both

/** parts: {lessons: [element, button], notebook: …, views: …} */
export function columns(parts) {
  const there = {lessons: false, notebook: false, views: true};
  const chosen = {}; // what the learner opened or closed

  function isOpen(name) {
    if (!there[name]) return false;
    if (!there.notebook) return chosen[name] ?? true;
    if (narrow.matches && name === 'views') return chosen.views === true;
    if (narrow.matches && name === 'notebook') return chosen.views !== true;
    return chosen[name] ?? (name !== 'lessons' || !tight.matches);
  }

  function draw() {
    for (const [name, [element, button]] of Object.entries(parts)) {
      element.hidden = !isOpen(name);
      button.hidden = !there[name] || (name === 'views' && !there.notebook);
      button.setAttribute('aria-expanded', isOpen(name));
    }
  }

  function open(name, yes) {
    if (isOpen(name) === yes) return;
    chosen[name] = yes;
    if (narrow.matches && name === 'notebook') chosen.views = !yes;
    draw();
  }

  for (const [name, [, button]] of Object.entries(parts)) {
    button.addEventListener('click', () => open(name, !isOpen(name)));
  }
  narrow.addEventListener('change', draw);
  tight.addEventListener('change', draw);
  draw();
  return {
    open: (name) => open(name, true),
    /** Says whether there is anything to show in a column. */
    has(name, yes) {
      if (there[name] === yes) return;
      there[name] = yes;
      draw();
    },
  };
}
