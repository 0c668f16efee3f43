/** What the main part of the page shows: the overview, the objects of a kind, one object, events. */
import {json} from './api.js';
import {chip, conditions, conditionTable, verdict} from './conditions.js';
import {h, since, sparkline} from './dom.js';
import {link, named, path} from './kinds.js';
import {sagaKind, timeline} from './sagas.js';
import {Table} from './table.js';
import {Collection, MOST} from './watch.js';
import {shown, yaml} from './yaml.js';

/** Kinds that the overview watches: each is a stream, and browsers and servers allow about a hundred. */
const MOST_KINDS = 30;

const number = value => value == null ? '–' : Math.round(value).toLocaleString('en');
const rate = value => `${(value ?? 0).toFixed(value >= 10 ? 0 : 1)}/s`;
const title = (text, ...more) => h('div', {class: 'title'}, h('h1', {tabindex: '-1'}, text), more);

/** What a list says where it has no rows to show. */
function notice(collection, none) {
  if (collection.state === 'error') return h('p', {class: 'notice bad'}, collection.message);
  if (collection.state === 'loading') return h('p', {class: 'notice'}, collection.message ? `Trying again: ${collection.message}` : 'Loading…');
  return h('p', {class: 'notice'}, none);
}

/** The time of an event, and where what it is about can be seen. */
export const eventTime = e => e.series?.lastObservedTime ?? e.lastTimestamp ?? e.eventTime ?? e.metadata.creationTimestamp;
function target(event, kinds) {
  const about = event.involvedObject ?? {};
  const kind = named(kinds, about.apiVersion, about.kind);
  const text = `${about.kind ?? ''} ${about.name ?? ''}`;
  return kind ? h('a', {href: link(kind, about.namespace, about.name)}, text) : text;
}
const newestFirst = rows => [...rows].sort((a, b) => eventTime(b.object).localeCompare(eventTime(a.object)));

/** A few events, newest first. */
function eventList(rows, kinds) {
  return h('div', {class: 'rows'}, rows.map(({object: e}) => h('div', {class: 'event'},
    h('span', {class: e.type === 'Warning' ? 'chip bad' : 'chip'}, e.type === 'Warning' ? '▲ ' : '', e.reason),
    target(e, kinds), h('span', {class: 'quiet'}, since(eventTime(e))), h('p', {}, e.message))));
}

export function overview({kinds, events, figures, shared}) {
  const tiles = h('div', {class: 'tiles'});
  const attention = h('div');
  const latest = h('div');
  const counts = h('div', {class: 'rows'});
  const controllers = h('div', {class: 'rows'});
  const stated = kinds.filter(kind => kind.status && kind.custom);
  const mine = stated.slice(0, MOST_KINDS).map(kind => new Collection(kind, draw));
  const tile = (name, value, detail, series) => h('div', {class: 'tile'},
    h('span', {class: 'quiet'}, name), h('strong', {}, value), h('span', {class: 'quiet'}, detail), sparkline(series ?? [0]));
  function draw() {
    const {now, history} = figures;
    const last = name => history[name]?.at(-1);
    tiles.replaceChildren(
      tile('Store revision', number(now?.weir_store_revision), rate(last('revision')), history.revision),
      tile('fsync p99', now ? `${(now.weir_store_sync_seconds_p99 * 1000).toFixed(2)} ms` : '–',
        now ? `median ${(now.weir_store_sync_seconds_p50 * 1000).toFixed(2)} ms` : '', history.fsync),
      tile('Reconciles', rate(last('reconciles')), figures.controllers.size ? `${number(now.controller_runtime_reconcile_total)} in all` : 'no controllers', history.reconciles),
      tile('Requests', rate(last('requests')), `${number(now?.apiserver_longrunning_requests)} watches open`, history.requests));
    drawControllers();
    const bad = mine.flatMap(c => [...c.rows.values()].flatMap(row => conditions(row.object)
      .filter(condition => verdict(condition, row.object) !== 'good').map(condition => ({kind: c.kind, row, condition}))));
    attention.replaceChildren(bad.length
      ? h('div', {class: 'rows'}, bad.slice(0, 50).map(({kind, row, condition}) => h('div', {class: 'event'},
        chip(condition, row.object), h('a', {href: link(kind, row.namespace, row.name)}, `${kind.kind} ${row.name}`),
        h('span', {class: 'quiet'}, condition.lastTransitionTime ? since(condition.lastTransitionTime) : ''), h('p', {}, condition.message || ''))),
        bad.length > 50 ? h('p', {class: 'quiet'}, `and ${bad.length - 50} more`) : null)
      : h('p', {class: 'notice good'}, mine.some(c => c.state === 'loading') ? 'Loading…' : 'Every condition is as it should be.'));
    const rows = newestFirst(events.rows.values()).slice(0, 12);
    latest.replaceChildren(rows.length ? eventList(rows, kinds) : notice(events, 'No events yet.'));
    counts.replaceChildren(...mine.map(c => {
      const all = [...c.rows.values()].flatMap(row => conditions(row.object).map(x => verdict(x, row.object)));
      const good = all.filter(x => x === 'good').length;
      return h('div', {class: 'event'}, h('a', {href: link(c.kind)}, c.kind.kind), h('span', {}, `${number(c.rows.size)}${c.more ? ' or more' : ''} ${c.rows.size === 1 ? 'object' : 'objects'}`),
        h('p', {class: 'quiet'}, all.length ? `${good} of ${all.length} conditions hold` : 'no conditions'));
    }), ...stated.length > mine.length ? [h('p', {class: 'quiet'}, `${stated.length - mine.length} more kinds are not watched here.`)] : []);
  }
  draw();
  shared.draw = draw;
  function drawControllers() {
    controllers.replaceChildren(...[...figures.controllers].map(([name, its]) => {
      const series = figures.history[`controller ${name}`];
      const failed = its.controller_runtime_reconcile_errors_total ?? 0;
      return h('div', {class: 'controller'}, h('strong', {}, name), h('span', {class: 'number'}, rate(series?.at(-1))), sparkline(series ?? [0]),
        h('span', {class: 'quiet'}, `${number(its.workqueue_depth ?? 0)} waiting · ${number(its.controller_runtime_active_workers ?? 0)} at work`),
        h('span', {class: failed ? 'bad' : 'quiet'}, `${number(failed)} failed`));
    }));
    if (!figures.controllers.size) controllers.append(h('p', {class: 'notice'}, 'No controllers in this server.'));
  }
  const card = (name, body) => h('section', {class: 'card'}, h('h2', {}, name), body);
  return {
    element: h('div', {class: 'view flow'}, title('Overview'), tiles,
      h('div', {class: 'columns'},
        h('div', {class: 'flow'}, card('Needs attention', attention), card('Controllers', controllers), card('Kinds with a state', counts)),
        card('Latest events', latest))),
    collections: mine, close() {},
  };
}

function listView(name, collection, columns, {open, none, arrange, bar = []}) {
  const table = new Table(name, columns, open);
  const count = h('span', {class: 'quiet', role: 'status'});
  const filter = h('input', {type: 'search', id: 'filter', placeholder: 'Filter  ( / )', 'aria-label': 'Filter', oninput: draw});
  const empty = h('div');
  function draw() {
    const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
    const all = arrange([...collection().rows.values()]);
    const rows = words.length ? all.filter(row => words.every(word => text(row).includes(word))) : all;
    const most = collection().more ? `; only ${MOST.toLocaleString('en')} of the server\u2019s are here` : '';
    count.textContent = (rows.length === all.length ? number(all.length) : `${number(rows.length)} of ${number(all.length)}`) + most;
    table.show(rows);
    table.element.hidden = rows.length === 0;
    empty.replaceChildren(rows.length ? '' : notice(collection(), words.length && all.length ? 'Nothing matches the filter.' : none));
  }
  return {draw, table, element: h('div', {class: 'view'}, title(name, count, h('span', {class: 'grow'}), bar, filter), table.element, empty)};
}

const text = row => row.text ??= [row.key, ...row.cells,
  ...Object.entries(row.object.metadata.labels ?? {}).map(([k, v]) => `${k}=${v}`),
  ...conditions(row.object).map(c => `${c.type}=${c.status}`)].join(' ').toLowerCase();

/** The objects of a kind, in the columns that the server prints. */
export function objects(kind, namespace, {namespaces, shared}) {
  let view;
  const space = h('select', {id: 'namespace', 'aria-label': 'Namespace',
    onchange: () => { location.hash = link(kind) + (space.value && `/${encodeURIComponent(space.value)}`); }});
  function drawSpaces() {
    const names = [...new Set([...namespaces.rows.values()].map(row => row.name).concat(namespace || []))].sort();
    if (names.length + 1 === space.options.length) return;
    space.replaceChildren(h('option', {value: ''}, 'All namespaces'), ...names.map(name => h('option', {}, name)));
    space.value = namespace;
  }
  if (kind.namespaced) { shared.draw = drawSpaces; drawSpaces(); }
  const holder = h('div', {class: 'fill'}, h('div', {class: 'view'}, title(kind.kind), h('p', {class: 'notice'}, 'Loading…')));
  const collection = new Collection(kind, draw, {namespace});
  let shape = '';
  function draw() {
    const next = JSON.stringify([collection.columns, told(collection)]);
    if (!view || next !== shape) {
      shape = next;
      view?.table.close();
      view = listView(kind.kind, () => collection, columnsOf(kind, collection), {
        open: row => { location.hash = link(kind, row.namespace, row.name); },
        bar: kind.namespaced ? space : [],
        none: `No ${kind.plural} yet. What is created appears here.`,
        arrange: rows => rows.sort((a, b) => a.namespace.localeCompare(b.namespace) || a.name.localeCompare(b.name)),
      });
      holder.replaceChildren(view.element);
    }
    view.draw();
  }
  return {element: holder, collections: [collection], close() { view?.table.close(); }};
}

/** Whether any object has conditions. */
const told = collection => [...collection.rows.values()].some(row => conditions(row.object).length);

function columnsOf(kind, collection) {
  const columns = [{title: 'Name', class: 'name', sort: r => r.name,
    cell: r => h('a', {href: link(kind, r.namespace, r.name), title: r.name}, r.name)}];
  if (kind.namespaced && !collection.namespace) columns.push({title: 'Namespace', class: 'minor quiet space', sort: r => r.namespace, cell: r => r.namespace});
  if (told(collection)) {
    columns.push({title: 'Conditions', class: 'states', sort: r => conditions(r.object).map(c => verdict(c, r.object)).join(),
      cell: r => h('span', {class: 'chips'}, conditions(r.object).map(c => chip(c, r.object)))});
  }
  collection.columns.forEach((column, i) => {
    if (column.name === 'Name' || column.name === 'Age' || column.priority > 0) return;
    const right = column.type === 'integer' || column.type === 'number' ? ' number' : '';
    columns.push({title: column.name, class: 'minor' + right, sort: r => r.cells[i], cell: r => h('span', {title: r.cells[i] ?? ''}, String(r.cells[i] ?? '–'))});
  });
  columns.push({title: 'Age', class: 'age number', sort: r => Date.now() - Date.parse(r.object.metadata.creationTimestamp),
    cell: r => since(r.object.metadata.creationTimestamp)});
  return columns;
}

export function eventsView({kinds, events, shared}) {
  const view = listView('Events', () => events, [
    {title: 'Seen', class: 'age', sort: r => eventTime(r.object), cell: r => since(eventTime(r.object))},
    {title: 'Reason', sort: r => r.object.reason, cell: r => h('span', {class: r.object.type === 'Warning' ? 'chip bad' : 'chip'}, r.object.reason)},
    {title: 'Object', sort: r => r.object.involvedObject?.name, cell: r => target(r.object, kinds)},
    {title: 'Message', class: 'minor wide', sort: r => r.object.message, cell: r => h('span', {title: r.object.message}, r.object.message)},
    {title: 'Count', class: 'minor number age', sort: r => r.object.count, cell: r => String(r.object.count ?? 1)},
  ], {none: 'No events yet.', arrange: newestFirst});
  view.draw();
  shared.draw = view.draw;
  return {element: view.element, collections: [], close() { view.table.close(); }};
}

/** One object: its state, its events, and all of it. */
export function object(kind, namespace, name, {kinds, events, shared}) {
  const side = h('div', {class: 'flow'});
  const code = h('pre', {tabindex: '0', 'aria-label': 'The object'});
  const copy = h('button', {type: 'button', onclick: () => navigator.clipboard.writeText(code.textContent)}, 'Copy');
  const form = h('button', {type: 'button', id: 'form', onclick: () => { asJson = !asJson; draw(); }}, 'JSON');
  let asJson = false;
  let whole = null;
  let problem = 'Loading…';
  const row = () => collection.rows.get(`${namespace}/${name}`);
  const collection = new Collection(kind, load, {namespace, selector: {fieldSelector: `metadata.name=${name}`}});
  async function load() {
    const found = row();
    if (!found) problem = collection.state === 'live' ? (whole ? 'It was deleted.' : 'There is no such object.') : collection.message || problem;
    else if (kind.plural === 'secrets') whole = await json(path(kind, namespace, name)).catch(() => found.object);
    else whole = found.object;
    draw();
  }
  function draw() {
    const gone = !row();
    if (!whole) return side.replaceChildren(h('p', {class: 'notice'}, problem));
    const m = whole.metadata;
    form.textContent = asJson ? 'YAML' : 'JSON';
    const shape = shown({apiVersion: kind.group ? `${kind.group}/${kind.version}` : kind.version, kind: kind.kind, ...whole});
    code.textContent = asJson ? JSON.stringify(shape, null, 2) : yaml(shape);
    const about = newestFirst([...events.rows.values()].filter(({object: e}) => e.involvedObject?.uid
      ? e.involvedObject.uid === m.uid : e.involvedObject?.kind === kind.kind && e.involvedObject?.name === name && (e.involvedObject?.namespace ?? '') === namespace));
    const owner = o => { const k = named(kinds, o.apiVersion, o.kind); return k ? h('a', {href: link(k, k.namespaced ? namespace : '', o.name)}, `${o.kind} ${o.name}`) : `${o.kind} ${o.name}`; };
    const fact = (label, ...value) => [h('dt', {}, label), h('dd', {}, value)];
    side.replaceChildren(...[
      gone ? h('p', {class: 'notice bad'}, problem) : m.deletionTimestamp ? h('p', {class: 'notice bad'}, `Being deleted; waits for ${(m.finalizers ?? []).join(', ') || 'its end'}.`) : null,
      h('section', {class: 'card'}, h('h2', {}, 'Object'), h('dl', {}, fact('Created', h('span', {}, since(m.creationTimestamp), ' ago')),
        m.generation ? fact('Generation', String(m.generation)) : [], fact('Version', m.resourceVersion),
        m.ownerReferences ? fact('Owner', m.ownerReferences.map(owner)) : [],
        m.labels ? fact('Labels', Object.entries(m.labels).map(([k, v]) => h('code', {}, `${k}=${v}`))) : [],
        m.finalizers ? fact('Finalizers', m.finalizers.map(f => h('code', {}, f))) : [])),
      kind === sagaKind(kinds) && whole.spec ? timeline(whole) : null,
      conditions(whole).length ? h('section', {class: 'card'}, h('h2', {}, 'Conditions'), conditionTable(whole)) : null,
      h('section', {class: 'card'}, h('h2', {}, 'Events'), about.length ? eventList(about.slice(0, 30), kinds) : h('p', {class: 'notice'}, 'None about this object.')),
    ].filter(Boolean));
  }
  shared.draw = draw;
  draw();
  return {
    element: h('div', {class: 'view flow'},
      title(name, h('span', {class: 'quiet'}, namespace), h('span', {class: 'grow'}), h('a', {href: link(kind), id: 'back'}, `All ${kind.plural}`)),
      h('div', {class: 'columns'}, side, h('section', {class: 'card'}, h('div', {class: 'bar'}, h('h2', {}, 'All of it'), h('span', {class: 'grow'}), copy, form), code))),
    collections: [collection], close() {},
  };
}
