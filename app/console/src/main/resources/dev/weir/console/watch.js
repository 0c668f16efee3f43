/** The objects of a kind, kept up to date: a list, then a watch that goes on where it broke off. */
import {ApiError, request} from './api.js';
import {path} from './kinds.js';

const ACCEPT = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json';
const PAGE = 500;
const SECONDS = 240;
const MAX_DELAY = 8000;
/** Objects kept of a kind; the page says where there are more. */
export const MOST = 5000;

export class Collection {
  /**
   * `state` is loading, live, reconnecting or error; `rows` are {key, namespace, name, cells, object}.
   * `onchange` is called at most once a frame.
   */
  constructor(kind, onchange, {namespace = '', selector = {}} = {}) {
    this.kind = kind;
    this.namespace = namespace;
    this.selector = selector;
    this.onchange = onchange;
    this.rows = new Map();
    this.columns = [];
    this.state = 'loading';
    this.message = '';
    this.failures = 0;
    this.stop = new AbortController();
    this.run();
  }

  close() {
    this.closed = true;
    this.stop.abort();
  }

  /** Ends the present wait or watch, so that the next attempt comes now. */
  retry() {
    this.wake?.();
  }

  async run() {
    let version = '';
    while (!this.closed) {
      const began = performance.now();
      try {
        version ||= await this.list();
        version = await this.watch(version, v => { version = v; });
        if (performance.now() - began < 1000) await this.pause(jittered(1000));
      } catch (error) {
        if (this.closed) return;
        const refused = error.code === 403 || error.code === 404;
        if (refused || [400, 410, 504].includes(error.code)) version = '';
        this.tell(refused ? 'error' : this.rows.size || version ? 'reconnecting' : 'loading', error.message);
        await this.pause(jittered(refused ? MAX_DELAY : Math.min(MAX_DELAY, 300 * 2 ** this.failures++)));
      }
    }
  }

  pause(millis) {
    return new Promise(done => {
      const timer = setTimeout(done, millis);
      this.wake = () => { clearTimeout(timer); done(); };
    });
  }

  query(more) {
    const include = this.kind.plural === 'secrets' ? 'Metadata' : 'Object';
    return `${path(this.kind, this.namespace)}?${new URLSearchParams({includeObject: include, ...this.selector, ...more})}`;
  }

  async list() {
    const rows = new Map();
    let table = {};
    do {
      const more = table.metadata?.continue ? {continue: table.metadata.continue} : {};
      table = await (await request(this.query({limit: PAGE, ...more}), {accept: ACCEPT, signal: this.stop.signal})).json();
      if (table.columnDefinitions) this.columns = table.columnDefinitions;
      table.rows.forEach(row => put(rows, row));
    } while (table.metadata.continue && rows.size < MOST);
    this.more = Boolean(table.metadata.continue);
    this.rows = rows;
    this.tell('live');
    return table.metadata.resourceVersion;
  }

  async watch(version, seen) {
    const attempt = new AbortController();
    const end = () => attempt.abort();
    this.stop.signal.addEventListener('abort', end);
    const timer = setTimeout(end, (SECONDS + 30) * 1000);
    this.wake = end;
    try {
      const response = await request(this.query({
        watch: 1, allowWatchBookmarks: true, resourceVersion: version, timeoutSeconds: SECONDS,
      }), {accept: ACCEPT, signal: attempt.signal});
      this.failures = 0;
      this.tell('live');
      for await (const line of lines(response.body)) {
        version = this.apply(JSON.parse(line)) || version;
        seen(version);
      }
    } catch (error) {
      if (error instanceof ApiError || this.closed) throw error;
      if (error.name !== 'AbortError') throw new ApiError(0, 'the connection broke');
    } finally {
      clearTimeout(timer);
      this.stop.signal.removeEventListener('abort', end);
    }
    return version;
  }

  /** Takes an event; answers the version that it brought. */
  apply({type, object}) {
    if (type === 'ERROR') throw new ApiError(object.code ?? 500, object.message ?? 'the watch failed');
    if (type !== 'BOOKMARK') {
      for (const row of object.rows ?? []) {
        if (type === 'DELETED') this.rows.delete(keyOf(row.object.metadata));
        else if (this.rows.size < MOST || this.rows.has(keyOf(row.object.metadata))) put(this.rows, row, true);
        else this.more = true;
      }
      this.schedule();
    }
    return object.metadata.resourceVersion;
  }

  tell(state, message = '') {
    this.state = state;
    this.message = message;
    this.schedule();
  }

  schedule() {
    if (this.scheduled) return;
    this.scheduled = true;
    setTimeout(() => {
      this.scheduled = false;
      if (!this.closed) this.onchange(this);
    }, 60);
  }
}

const jittered = millis => millis * (0.7 + 0.6 * Math.random());

const keyOf = metadata => `${metadata.namespace ?? ''}/${metadata.name}`;

function put(rows, {cells, object}, fresh = false) {
  const key = keyOf(object.metadata);
  rows.set(key, {key, cells, object, fresh, namespace: object.metadata.namespace ?? '', name: object.metadata.name});
}

/** The lines of a stream of bytes. */
async function* lines(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const {value, done} = await reader.read();
    if (done) return;
    const parts = (rest + value).split('\n');
    rest = parts.pop();
    yield* parts.filter(Boolean);
  }
}
