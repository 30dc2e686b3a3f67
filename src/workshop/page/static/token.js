// The token in the address that the terminal printed. Each request sends it in a header. It is not
// a cookie, because the browser would also send that to every other port of this machine.

const KEY = 'token'; // in the tab's own storage, so that it survives a reload
const PAUSE_MILLIS = 300; // to wait for another tab, before the page says how to get a token

const tabs = new BroadcastChannel(KEY); // reaches only tabs of the same origin
const rejected = new Set();
let token = null;
let held; // resolves to the token as soon as there is one
let resolve;

/**
 * Like fetch, with the token. Without one, a request that only reads waits until there is one; a
 * request that changes something fails, so that it never happens later than intended.
 */
export async function ask(path, options = {}) {
  if (options.method && token === null) throw new Error('missing token');
  while (true) {
    const mine = await held;
    const headers = {...options.headers, Authorization: `Bearer ${mine}`};
    const response = await fetch(path, {...options, headers});
    if (response.status !== 401) return response;
    if (mine === token) {
      rejected.add(mine);
      lock();
    }
    if (options.method) return response;
  }
}

/** Hides the page, and asks the other tabs for a token, then the user. */
function lock() {
  token = null;
  held = new Promise((taken) => (resolve = taken));
  document.body.classList.add('locked');
  tabs.postMessage({wanted: true});
  setTimeout(tell, PAUSE_MILLIS);
}

function tell() {
  if (token !== null) return;
  document.getElementById('token-rejected').hidden = rejected.size === 0;
  document.getElementById('token-address').textContent = `${location.origin}/#token=…`;
  document.getElementById('no-token').hidden = false;
}

function take(found) {
  if (!found || rejected.has(found)) return;
  token = found;
  try {
    sessionStorage.setItem(KEY, found);
  } catch {
    // forbidden: a reload has to ask again
  }
  document.body.classList.remove('locked');
  document.getElementById('no-token').hidden = true;
  resolve(found);
}

/** Takes the token out of #token=… or of #token=…&wire/3, so that nobody sees or copies it. */
function takeFromAddress() {
  const found = location.hash.match(/^#token=([\w-]*)&?(.*)$/);
  if (!found) return;
  history.replaceState(null, '', found[2] ? `#${found[2]}` : location.pathname);
  if (found[1] === token) return;
  if (token !== null) lock();
  take(found[1]);
  tabs.postMessage({token: found[1]});
}

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

tabs.addEventListener('message', ({data}) => {
  if (data.wanted && token !== null) tabs.postMessage({token});
  if (data.token && token === null) take(data.token);
});
lock();
takeFromAddress();
if (token === null) take(stored());
window.addEventListener('hashchange', takeFromAddress);
