/** The latest traces that the server received: services, a list, and one trace as a waterfall. */
import {ApiError, json} from './api.js';
import {h} from './dom.js';
import {Table} from './table.js';

const EVERY = 2000;
const VIEW = '/views/telemetry/traces';
const COLOURS = 6;

/** Whether this server receives traces. */
export const receivesTraces = () => json(`${VIEW}?limit=1`).then(() => true, error => {
  if (error instanceof ApiError && error.code) return false;
  throw error;
});

/** A time in nanoseconds, in the unit that fits. */
export function span(nanos) {
  if (nanos < 1e3) return `${nanos} ns`;
  if (nanos < 1e6) return `${(nanos / 1e3).toFixed(nanos < 1e4 ? 1 : 0)} µs`;
  if (nanos < 1e9) return `${(nanos / 1e6).toFixed(nanos < 1e7 ? 2 : 1)} ms`;
  return `${(nanos / 1e9).toFixed(2)} s`;
}

/** A colour for each service, by the order of their names. */
export const colours = services => new Map([...services].sort().map((name, i) => [name, `s${i % COLOURS}`]));
export const mark = (colour, name) => h('span', {class: 'service'}, h('i', {class: colour}), name);
export const clock = millis => new Date(millis).toLocaleTimeString('en-GB') + '.' + String(Math.floor(millis) % 1000).padStart(3, '0');

/** Asks for something again and again until it is closed. */
class Poll {
  constructor(path, take) {
    Object.assign(this, {path, take});
    this.ask();
  }

  async ask() {
    clearTimeout(this.timer);
    const path = this.path();
    try {
      const answer = await json(path, {signal: AbortSignal.timeout(5000)});
      if (!this.closed && path === this.path()) this.take(answer, null);
    } catch (error) {
      if (!this.closed) this.take(null, error);
    }
    if (!this.closed) this.timer = setTimeout(() => this.ask(), EVERY);
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }
}

export function tracesView() {
  const services = h('div', {class: 'tiles'});
  const count = h('span', {class: 'quiet', role: 'status'});
  const empty = h('p', {class: 'notice'}, 'Loading…');
  const chosen = h('select', {id: 'service', 'aria-label': 'Service', onchange: () => poll.ask()}, h('option', {value: ''}, 'All services'));
  const failed = h('input', {type: 'checkbox', id: 'failed', onchange: () => poll.ask()});
  const slow = h('select', {id: 'slow', 'aria-label': 'Duration', onchange: () => poll.ask()},
    [[0, 'Any duration'], [1e6, '1 ms or more'], [1e7, '10 ms or more'], [1e8, '100 ms or more'], [1e9, '1 s or more']].map(([value, text]) => h('option', {value}, text)));
  let colour = new Map();
  const table = new Table('Traces', [
    {title: 'Start', class: 'minor clock', sort: r => r.startMillis, cell: r => clock(r.startMillis)},
    {title: 'Trace', class: 'name', sort: r => r.name, cell: r => h('a', {href: `#/traces/${r.traceId}`, title: r.traceId}, r.name || '(no root yet)')},
    {title: 'Services', class: 'minor', sort: r => r.services.join(), cell: r => h('span', {class: 'chips'}, r.services.map(name => mark(colour.get(name), name)))},
    {title: 'Spans', class: 'minor number age', sort: r => r.spans, cell: r => String(r.spans)},
    {title: 'Errors', class: 'number age', sort: r => r.errors, cell: r => h('span', {class: r.errors ? 'bad' : 'quiet'}, String(r.errors))},
    {title: 'Duration', class: 'number clock', sort: r => r.durationNanos, cell: r => span(r.durationNanos)},
  ], row => { location.hash = `#/traces/${row.traceId}`; });
  const query = () => `${VIEW}?limit=200&service=${encodeURIComponent(chosen.value)}&errors=${failed.checked}&least=${slow.value}`;
  const poll = new Poll(query, (answer, error) => {
    if (error) {
      empty.textContent = `Trying again: ${error.message}`;
      return;
    }
    const names = answer.services.map(s => s.name);
    colour = colours([...new Set([...names, ...answer.traces.flatMap(t => t.services)])]);
    const value = chosen.value;
    chosen.replaceChildren(h('option', {value: ''}, 'All services'), ...names.map(name => h('option', {}, name)));
    chosen.value = names.includes(value) ? value : '';
    services.replaceChildren(...answer.services.map(s => h('div', {class: 'tile'}, mark(colour.get(s.name), s.name),
      h('strong', {}, `${s.rate.toFixed(s.rate >= 10 ? 0 : 1)}/s`),
      h('span', {class: s.errors ? 'bad' : 'quiet'}, `${(100 * s.errorRatio).toFixed(s.errorRatio && s.errorRatio < 0.1 ? 2 : 0)} % errors`),
      h('span', {class: 'quiet'}, `p50 ${span(s.p50Nanos)} · p95 ${span(s.p95Nanos)} · p99 ${span(s.p99Nanos)}`))));
    table.show(answer.traces.map(trace => ({...trace, key: trace.traceId})));
    count.textContent = `latest ${answer.traces.length.toLocaleString('en')} of ${answer.kept.toLocaleString('en')} kept`;
    table.element.hidden = !answer.traces.length;
    empty.textContent = answer.traces.length ? '' : 'No such trace was received.';
  });
  const title = h('div', {class: 'title'}, h('h1', {tabindex: '-1'}, 'Traces'), count, h('span', {class: 'grow'}),
    h('label', {class: 'quiet'}, failed, ' with errors'), slow, chosen);
  return {element: h('div', {class: 'view'}, title, services, table.element, empty), collections: [],
    close() { poll.close(); table.close(); }};
}

/** The spans of a trace in the order of a tree: children behind their parent, by their start. */
export function tree(spans) {
  const known = new Set(spans.map(s => s.spanId));
  const children = Map.groupBy(spans, s => known.has(s.parentSpanId) && s.parentSpanId !== s.spanId ? s.parentSpanId : '');
  const rows = [];
  const seen = new Set();
  const add = (parent, depth) => (children.get(parent) ?? []).toSorted((a, b) => a.startMillis - b.startMillis).forEach(s => {
    if (seen.has(s.spanId)) return;
    seen.add(s.spanId);
    rows.push({...s, depth});
    add(s.spanId, depth + 1);
  });
  add('', 0);
  spans.filter(s => !seen.has(s.spanId)).forEach(s => rows.push({...s, depth: 0}));
  return rows;
}

export function traceView(traceId) {
  const lines = h('div', {class: 'waterfall', role: 'table', 'aria-label': 'Spans'});
  const facts = h('div', {class: 'flow'}, h('p', {class: 'notice'}, 'Choose a span to see what it says.'));
  const about = h('span', {class: 'quiet', role: 'status'}, 'Loading…');
  let selected = '';
  let shape = '';
  const poll = new Poll(() => `${VIEW}/${traceId}`, (answer, error) => {
    if (error) {
      about.textContent = error.code === 404 ? 'The server does not keep this trace any more.' : `Trying again: ${error.message}`;
      return;
    }
    if (answer.spans.length === shape) return;
    shape = answer.spans.length;
    draw(answer.spans);
  });
  function draw(spans) {
    const start = Math.min(...spans.map(s => s.startMillis));
    const end = Math.max(...spans.map(s => s.startMillis + s.durationNanos / 1e6));
    const whole = Math.max(end - start, 1e-6);
    const colour = colours(new Set(spans.map(s => s.service)));
    about.replaceChildren(`${span(Math.round(whole * 1e6))} · ${spans.length} spans · ${clock(start)} `,
      h('span', {class: 'chips'}, [...colour].map(([name, its]) => mark(its, name))));
    lines.replaceChildren(...tree(spans).map(s => {
      const bar = h('span', {class: `bar-of ${colour.get(s.service)}`});
      bar.style.left = `${100 * (s.startMillis - start) / whole}%`;
      bar.style.width = `${100 * s.durationNanos / 1e6 / whole}%`;
      const name = h('span', {class: 'span-name', title: `${s.service}: ${s.name}`}, h('span', {class: s.error ? 'bad' : null}, s.error ? '▲ ' : '', s.name));
      name.style.paddingLeft = `${Math.min(s.depth, 12) * 14 + 4}px`;
      return h('button', {type: 'button', class: 'line', 'aria-pressed': String(s.spanId === selected), onclick: e => {
        selected = s.spanId;
        for (const line of lines.children) line.setAttribute('aria-pressed', String(line === e.currentTarget));
        tell(s, colour.get(s.service), start);
      }}, name, h('span', {class: 'lane'}, bar), h('span', {class: 'number quiet'}, span(s.durationNanos)));
    }));
  }
  function tell(s, colour, start) {
    const fact = (label, ...value) => [h('dt', {}, label), h('dd', {}, value)];
    const entries = object => Object.entries(object).flatMap(([key, value]) => fact(key, h('code', {}, typeof value === 'string' ? value : JSON.stringify(value))));
    facts.replaceChildren(...[
      h('section', {class: 'card'}, h('h2', {}, 'Span'), h('dl', {class: 'wide-terms'}, fact('Name', s.name), fact('Service', mark(colour, s.service)), fact('Kind', s.kind),
        fact('Scope', s.scope || '–'), fact('Start', `+${span(Math.round((s.startMillis - start) * 1e6))}`), fact('Duration', span(s.durationNanos)),
        fact('Status', h('span', {class: s.error ? 'bad' : null}, s.status, s.message ? `: ${s.message}` : '')), fact('Id', h('code', {}, s.spanId)))),
      Object.keys(s.attributes).length ? h('section', {class: 'card'}, h('h2', {}, 'Attributes'), h('dl', {class: 'wide-terms'}, entries(s.attributes))) : null,
      s.events.length ? h('section', {class: 'card'}, h('h2', {}, 'Events'), s.events.map(e => h('div', {class: 'event'}, h('span', {class: 'chip'}, e.name),
        h('span', {class: 'quiet'}, `+${span(Math.round((e.millis - start) * 1e6))}`), h('dl', {class: 'wide-terms'}, entries(e.attributes))))) : null,
    ].filter(Boolean));
  }
  return {
    element: h('div', {class: 'view flow'},
      h('div', {class: 'title'}, h('h1', {tabindex: '-1'}, 'Trace'), h('code', {class: 'quiet'}, traceId), h('span', {class: 'grow'}), h('a', {href: '#/traces', id: 'back'}, 'All traces')),
      about, h('div', {class: 'columns trace'}, h('section', {class: 'card'}, lines), facts)),
    collections: [], close() { poll.close(); },
  };
}
