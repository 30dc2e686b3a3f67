// A list of any length of which only the visible rows exist: a grid for the mouse, the keyboard and
// a screen reader. All rows have the same height.

import {el} from './dom.js';

const SPARE = 6; // rows drawn beyond each edge
let lists = 0;

/**
 * options:
 *   label     what the list contains, for a screen reader
 *   name      class name; the style sheet gives it its columns
 *   columns   [{title, name, draw(cell, item)}]
 *   key(item) identifies an item when the list changes
 *   open(item, event)   Enter or a click
 *   moved(item)         the keyboard moved the cursor here (optional)
 *   decorate(row, item) attributes of a row that depend on its item (optional)
 *   tree      {fold(item, open) -> whether it did} for a tree of rows (optional)
 */
export class List {
  constructor(options) {
    this.options = options;
    this.prefix = `list${++lists}-`;
    this.items = [];
    this.indexes = new Map();
    this.cursor = -1;
    this.drawn = new Map();
    this.free = [];
    this.wanted = null; // the key to select as soon as its item arrives
    const columns = options.columns.map((column) =>
      el('span', {role: 'columnheader', class: column.name}, column.title));
    this.body = el('div', {class: 'body', role: 'rowgroup'});
    this.element = el('div', {
      class: `list ${options.name}`,
      role: options.tree ? 'treegrid' : 'grid',
      tabindex: 0,
      'aria-label': options.label,
      'aria-colcount': columns.length,
      onkeydown: (event) => this.key(event),
      onscroll: () => this.draw(false),
    }, el('div', {class: 'head', role: 'rowgroup'}, el('div', {role: 'row'}, columns)), this.body);
    new ResizeObserver(() => this.resized()).observe(this.element);
  }

  /** Sets the items, in order. The cursor stays on its item, and the scroll position is kept. */
  set(items) {
    const key = this.cursor >= 0 ? this.options.key(this.items[this.cursor]) : null;
    const top = Math.floor(this.element.scrollTop / this.rowHeight());
    const anchor = top > 0 && top < this.items.length ? this.options.key(this.items[top]) : null;
    this.items = items;
    this.indexes = new Map(items.map((item, index) => [this.options.key(item), index]));
    this.cursor = this.indexes.get(key) ?? -1;
    this.body.style.height = `${items.length * this.rowHeight()}px`;
    this.element.setAttribute('aria-rowcount', items.length + 1);
    const today = new Date().setHours(0, 0, 0, 0);
    this.element.classList.toggle('dated', items.some((item) => item.at && item.at < today));
    if (this.indexes.has(anchor)) {
      this.element.scrollTop += (this.indexes.get(anchor) - top) * this.rowHeight();
    }
    if (this.wanted !== null) this.select(this.wanted);
    this.draw(true);
  }

  /** Puts the cursor on the item with this key, now or when it arrives, and shows it. */
  select(key) {
    const index = this.indexes.get(key) ?? -1;
    this.wanted = index < 0 ? key : null;
    if (index >= 0 && index !== this.cursor) this.move(index);
    else this.draw(true);
  }

  rowHeight() {
    this.height ??= parseFloat(
      getComputedStyle(document.documentElement).getPropertyValue('--row'));
    return this.height;
  }

  resized() {
    if (this.cursor >= 0) this.reveal();
    this.draw(false);
  }

  draw(again) {
    const height = this.rowHeight();
    const {scrollTop, clientHeight} = this.element;
    const first = Math.max(0, Math.floor(scrollTop / height) - SPARE);
    const last =
      Math.min(this.items.length, Math.ceil((scrollTop + clientHeight) / height) + SPARE);
    for (const [index, row] of this.drawn) {
      if (index < first || index >= last) {
        this.drawn.delete(index);
        this.free.push(row);
      }
    }
    for (let index = first; index < last; index++) {
      let row = this.drawn.get(index);
      if (row && !again && row.shown === this.items[index]) continue;
      row ??= this.reused() ?? this.newRow();
      this.drawn.set(index, row);
      this.fill(row, index);
    }
    this.free.splice(0).forEach((row) => row.remove());
    this.order(first, last);
    const active = this.drawn.has(this.cursor);
    if (active) this.element.setAttribute('aria-activedescendant', this.prefix + this.cursor);
    else this.element.removeAttribute('aria-activedescendant');
  }

  /** A row that is no longer visible, taken out: the order of the others remains. */
  reused() {
    const row = this.free.pop();
    row?.remove();
    return row;
  }

  /** The rows in the body are in the order of the items, for readers that go by it. */
  order(first, last) {
    let next = this.body.firstChild;
    for (let index = first; index < last; index++) {
      const row = this.drawn.get(index);
      if (row === next) next = next.nextSibling;
      else this.body.insertBefore(row, next);
    }
  }

  newRow() {
    const row = el('div', {role: 'row'}, this.options.columns.map((column) =>
      el('span', {role: 'gridcell', class: column.name})));
    row.addEventListener('click', (event) => this.clicked(row, event));
    return row;
  }

  fill(row, index) {
    const item = this.items[index];
    row.shown = item;
    row.index = index;
    row.id = this.prefix + index;
    row.className = 'row';
    row.style.transform = `translateY(${index * this.rowHeight()}px)`;
    row.setAttribute('aria-rowindex', index + 2);
    row.setAttribute('aria-selected', index === this.cursor);
    this.options.decorate?.(row, item);
    this.options.columns.forEach((column, i) => column.draw(row.children[i], item));
  }

  clicked(row, event) {
    if (event.target.closest('a, button') || String(getSelection())) return;
    this.cursor = row.index;
    this.draw(true);
    this.options.open(row.shown, event);
  }

  move(to) {
    if (this.items.length === 0) return;
    this.cursor = Math.max(0, Math.min(this.items.length - 1, to));
    this.reveal();
    this.draw(true);
  }

  reveal() {
    const height = this.rowHeight();
    const head = this.element.firstChild.offsetHeight;
    const top = this.cursor * height;
    const {scrollTop, clientHeight} = this.element;
    if (top < scrollTop) this.element.scrollTop = top;
    else if (top + height > scrollTop + clientHeight - head) {
      this.element.scrollTop = top + height - clientHeight + head;
    }
  }

  key(event) {
    if (event.target !== this.element || event.altKey || event.ctrlKey || event.metaKey) return;
    const page = Math.max(1, Math.floor(this.element.clientHeight / this.rowHeight()) - 2);
    const item = this.items[this.cursor];
    const to = {
      ArrowDown: this.cursor + 1,
      ArrowUp: this.cursor < 0 ? this.items.length - 1 : this.cursor - 1,
      PageDown: this.cursor + page,
      PageUp: this.cursor - page,
      Home: 0,
      End: this.items.length - 1,
    }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      this.move(to);
      if (this.cursor >= 0) this.options.moved?.(this.items[this.cursor]);
    } else if (event.key === 'Enter' && item) {
      event.preventDefault();
      this.options.open(item, event);
    } else if (this.options.tree && item && /^Arrow(Left|Right)$/.test(event.key)) {
      event.preventDefault();
      if (!this.options.tree.fold(item, event.key === 'ArrowRight')) {
        const parent = this.items.findLastIndex((other, index) =>
          index < this.cursor && other.depth < item.depth);
        if (event.key === 'ArrowLeft' && parent >= 0) this.move(parent);
        if (event.key === 'ArrowRight') this.move(this.cursor + 1);
        this.options.moved?.(this.items[this.cursor]);
      }
    }
  }
}
