// Saves everything that is kept as a file of OTLP/JSON lines, and opens a file that is dropped.

import {el} from './dom.js';
import {plural} from './format.js';
import {get, loaded} from './live.js';

const REVOKE_MILLIS = 10_000; // by then, the browser has begun to save a file
const LONGEST = 1e6; // characters in a line; the server takes a megabyte

/** button: saves; status: where it is said what was done */
export function listenForFiles(button, status) {
  button.addEventListener('click', async () => {
    try {
      const file = URL.createObjectURL(await (await get('api/otlp.jsonl')).blob());
      el('a', {href: file, download: 'otlp.jsonl'}).click();
      setTimeout(() => URL.revokeObjectURL(file), REVOKE_MILLIS);
    } catch (e) {
      status.textContent = `Not saved: ${e.message}.`;
    }
  });
  document.addEventListener('dragover', (event) => {
    if (event.dataTransfer.types.includes('Files')) event.preventDefault();
  });
  document.addEventListener('drop', async (event) => {
    const [file] = event.dataTransfer.files;
    if (!file) return;
    event.preventDefault();
    let count = 0;
    let problem = '';
    try {
      for await (const [number, line] of lines(file)) {
        if (line.length > LONGEST) {
          throw new Error(`line ${number} is too long; type ./jbang backend --load FILE`);
        }
        const address = `api/files?line=${number}&name=${encodeURIComponent(file.name)}`;
        count += (await (await get(address, {method: 'POST', body: line})).json()).loaded;
      }
    } catch (e) {
      problem = ` Stopped: ${e.message}.`;
    }
    status.textContent = `Loaded ${plural(count, 'request')} from ${file.name}.${problem}`;
    loaded();
  });
}

/** The lines of a file with their numbers. */
async function* lines(file) {
  const reader = file.stream().pipeThrough(new TextDecoderStream()).getReader();
  let number = 0;
  let text = '';
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    const all = (text + part.value).split('\n');
    text = all.pop();
    for (const line of all) yield [++number, line];
    if (text.length > LONGEST) break;
  }
  if (text !== '') yield [++number, text];
}
