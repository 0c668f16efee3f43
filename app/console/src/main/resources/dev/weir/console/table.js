/** A table of any length: only the rows in sight are in the document. */
import {h} from './dom.js';

const MARGIN = 12;

export class Table {
  /** Columns are {title, cell(row), sort(row), class}; `open(row)` is called for Enter and a click. */
  constructor(label, columns, open) {
    this.columns = columns;
    this.open = open;
    this.rows = [];
    this.shown = new Map();
    this.heads = columns.map((column, i) => h('th', {scope: 'col', class: column.class},
      h('button', {type: 'button', onclick: () => this.sortBy(i)}, column.title)));
    this.before = h('tr', {'aria-hidden': 'true'}, h('td', {class: 'gap'}));
    this.after = h('tr', {'aria-hidden': 'true'}, h('td', {class: 'gap'}));
    this.body = h('tbody', {}, this.before, this.after);
    this.table = h('table', {'aria-label': label}, h('thead', {}, h('tr', {}, this.heads)), this.body);
    this.element = h('div', {class: 'scroll', onscroll: () => this.draw(), onkeydown: e => this.key(e)}, this.table);
    this.resize = new ResizeObserver(() => this.draw());
    this.resize.observe(this.element);
  }

  close() {
    this.resize.disconnect();
  }

  show(rows) {
    this.rows = this.order ? rows.toSorted(this.order) : rows;
    this.table.setAttribute('aria-rowcount', rows.length);
    this.draw();
  }

  sortBy(index) {
    this.down = this.sorted === index && !this.down;
    this.sorted = index;
    const value = this.columns[index].sort;
    const sign = this.down ? -1 : 1;
    this.order = (a, b) => sign * String(value(a) ?? '').localeCompare(String(value(b) ?? ''), undefined, {numeric: true});
    this.heads.forEach((head, i) => i === index
      ? head.setAttribute('aria-sort', this.down ? 'descending' : 'ascending') : head.removeAttribute('aria-sort'));
    this.show(this.rows);
  }

  draw() {
    const height = parseFloat(getComputedStyle(this.element).getPropertyValue('--row')) || 34;
    const first = Math.max(0, Math.floor(this.element.scrollTop / height) - MARGIN);
    const last = Math.min(this.rows.length, first + Math.ceil(this.element.clientHeight / height) + 2 * MARGIN);
    const now = new Map();
    for (const row of this.rows.slice(first, last)) {
      const old = this.shown.get(row.key);
      now.set(row.key, old?.row === row ? old : {row, element: this.line(row)});
    }
    const focused = this.body.contains(document.activeElement) ? document.activeElement.closest('tr')?.dataset.key : null;
    for (const [key, old] of this.shown) if (now.get(key) !== old) old.element.remove();
    let place = this.before;
    for (const {element} of now.values()) {
      if (place.nextSibling !== element) place.after(element);
      place = element;
    }
    this.shown = now;
    this.before.firstChild.style.height = `${first * height}px`;
    this.after.firstChild.style.height = `${(this.rows.length - last) * height}px`;
    if (focused && !this.body.contains(document.activeElement)) now.get(focused)?.element.querySelector('a')?.focus();
  }

  line(row) {
    const element = h('tr', {'data-key': row.key, class: row.fresh ? 'fresh' : null},
      this.columns.map(column => h('td', {class: column.class}, column.cell(row))));
    if (this.open) {
      element.addEventListener('click', e => { if (!e.target.closest('a') && !String(getSelection())) this.open(row); });
    }
    return element;
  }

  key(event) {
    const step = {ArrowDown: 1, ArrowUp: -1, j: 1, k: -1}[event.key];
    const line = document.activeElement.closest('tbody tr');
    if (!step || !line) return;
    event.preventDefault();
    const next = step > 0 ? line.nextElementSibling : line.previousElementSibling;
    next?.querySelector('a')?.focus();
  }
}
