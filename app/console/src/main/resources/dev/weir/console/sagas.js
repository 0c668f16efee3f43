/** Sagas: a picture over time of each, the steps of one, and the money that they move. */
import {h} from './dom.js';
import {link} from './kinds.js';
import {balanceKind, money} from './money.js';
import {clock, colours, mark, span} from './traces.js';
import {Collection} from './watch.js';

const MOST = 100;

/** The kind of sagas, where the server has it. */
export const sagaKind = kinds => kinds.find(kind => kind.group === 'saga.weir.dev' && kind.plural === 'sagas');

const ENDS = new Set(['DONE', 'COMPENSATED', 'ABANDONED']);
const BACK = new Set(['FAILED', 'UNDOING', 'UNDONE']);
const stepsOf = saga => saga.status?.steps ?? [];
const state = saga => saga.status?.state ?? 'RUNNING';
const isEnd = saga => ENDS.has(state(saga));
const started = saga => Date.parse(saga.spec.started);
const ended = saga => isEnd(saga) ? Math.max(started(saga), ...stepsOf(saga).map(step => Date.parse(step.at))) : Date.now();
const took = saga => span(Math.max(0, ended(saga) - started(saga)) * 1e6);
const palette = sagas => colours(new Set(sagas.flatMap(saga => stepsOf(saga).map(step => step.node)).filter(Boolean)));

/** The state as a word with its colour and shape. */
function chip(saga) {
  const how = saga.status?.stuck || state(saga) === 'ABANDONED' ? 'bad' : isEnd(saga) ? 'good' : 'wait';
  const sign = state(saga) === 'COMPENSATED' ? '↺' : {good: '●', bad: '▲', wait: '○'}[how];
  return h('span', {class: `chip ${how}`, title: saga.status?.why ?? ''}, h('i', {'aria-hidden': 'true'}, sign), state(saga).toLowerCase());
}

/** Steps with the time that each took: from the commit before it to its own. */
function parts(saga) {
  let before = started(saga);
  const done = stepsOf(saga).map(step => {
    const from = before;
    before = Math.max(before, Date.parse(step.at));
    return {...step, from, to: before};
  });
  return isEnd(saga) ? done : [...done, {name: 'next', state: 'OPEN', node: saga.status?.node ?? '', from: before, to: Date.now()}];
}

function bar(part, saga, colour) {
  const whole = Math.max(ended(saga) - started(saga), 1);
  const open = part.state === 'OPEN';
  const made = h('span', {class: `bar-of ${open ? 'open' : colour.get(part.node) ?? ''}${BACK.has(part.state) ? ' back' : ''}`,
    title: open ? `at work on ${part.node || 'no node'}` : `${part.name} ${part.state.toLowerCase()} on ${part.node}, ${span((part.to - part.from) * 1e6)}`});
  made.style.left = `${100 * (part.from - started(saga)) / whole}%`;
  made.style.width = `${100 * (part.to - part.from) / whole}%`;
  return made;
}

/** All sagas, the newest first: each as one lane, its steps in the colours of the nodes that did them. */
export function sagasView(kind, {kinds, shared}) {
  const lines = h('div', {class: 'waterfall', role: 'table', 'aria-label': 'Sagas'});
  const legend = h('span', {class: 'chips'});
  const count = h('span', {class: 'quiet', role: 'status'});
  const empty = h('p', {class: 'notice'}, 'Loading…');
  const collection = new Collection(kind, draw);
  const sums = h('div', {class: 'flow'});
  const balances = balanceKind(kinds) ? [new Collection(balanceKind(kinds), drawMoney)] : [];
  function drawMoney() {
    sums.replaceChildren(...balances.flatMap(its => [...its.rows.values()]).map(money));
    sums.hidden = !sums.firstChild;
  }
  drawMoney();
  function draw() {
    const all = [...collection.rows.values()].sort((a, b) => b.name.localeCompare(a.name));
    const shown = all.slice(0, MOST);
    const colour = palette(shown.map(row => row.object));
    const open = all.filter(row => !isEnd(row.object)).length;
    count.textContent = `${all.length.toLocaleString('en')}, ${open.toLocaleString('en')} under way${all.length > MOST ? `; the newest ${MOST} are shown` : ''}`;
    legend.replaceChildren(...[...colour].map(([name, its]) => mark(its, name)));
    lines.replaceChildren(...shown.map(({object: saga, namespace, name}) => h('div', {class: 'line saga', role: 'row'},
      h('a', {class: 'span-name', role: 'cell', href: link(kind, namespace, name), title: name}, `${saga.spec.definition} ${saga.spec.key || name}`),
      chip(saga), h('span', {class: 'lane', role: 'cell'}, parts(saga).map(part => bar(part, saga, colour))),
      h('span', {class: 'number quiet', role: 'cell'}, took(saga)))));
    empty.hidden = shown.length > 0;
    empty.textContent = collection.state === 'error' ? collection.message : collection.state === 'loading' ? 'Loading…' : 'No sagas yet.';
  }
  shared.draw = draw;
  return {element: h('div', {class: 'view flow'}, h('div', {class: 'title'}, h('h1', {tabindex: '-1'}, 'Sagas'), count, h('span', {class: 'grow'}), legend), sums,
    h('section', {class: 'card'}, lines, empty)), collections: [collection, ...balances], close() {}};
}

/** One saga: a line for each step. */
export function timeline(saga) {
  const colour = palette([saga]);
  return h('section', {class: 'card'}, h('h2', {}, 'Timeline'),
    h('p', {class: 'bar'}, chip(saga), h('span', {class: 'quiet'}, `${took(saga)} · since ${clock(started(saga))}`),
      h('span', {class: 'chips'}, [...colour].map(([name, its]) => mark(its, name)))),
    saga.status?.why ? h('p', {class: 'quiet'}, saga.status.why) : null,
    h('div', {class: 'waterfall'}, parts(saga).map(part => h('div', {class: 'line', title: part.error ?? ''},
      h('span', {class: 'span-name'}, part.name, h('span', {class: BACK.has(part.state) ? 'bad' : 'quiet'}, ` ${part.state.toLowerCase()}`)),
      h('span', {class: 'lane'}, bar(part, saga, colour)), h('span', {class: 'number quiet'}, span((part.to - part.from) * 1e6))))));
}
