/** Figures of the server, asked for every two seconds, and their rates. */
import {request} from './api.js';

const EVERY = 2000;
const KEPT = 60;

const SERIES = /^([a-zA-Z_:][\w:]*)(\{.*\})? (\S+)/;
const CONTROLLER = /[{,]controller="((?:[^"\\]|\\.)*)"/;

/** Sums of all series by metric name: of the server, and of each controller. */
export function parse(text) {
  const sums = Object.create(null);
  const controllers = new Map();
  const add = (to, name, value) => { to[name] = (to[name] ?? 0) + value; };
  for (const line of text.split('\n')) {
    const [, name, labels = '', value] = SERIES.exec(line) ?? [];
    if (!name) continue;
    add(sums, name, Number(value));
    const controller = CONTROLLER.exec(labels)?.[1];
    if (controller === undefined) continue;
    if (!controllers.has(controller)) controllers.set(controller, Object.create(null));
    add(controllers.get(controller), name, Number(value));
  }
  return {sums, controllers};
}

export class Figures {
  constructor(onchange, onback) {
    Object.assign(this, {onchange, onback, history: {}, controllers: new Map(), now: null, lost: false});
    this.poll();
  }

  close() {
    this.closed = true;
    clearTimeout(this.timer);
  }

  async poll() {
    try {
      const text = await (await request('/metrics', {signal: AbortSignal.timeout(5000)})).text();
      this.take(parse(text), performance.now() / 1000);
      if (this.lost) this.onback();
      this.lost = false;
    } catch (error) {
      this.lost = error.code !== 403;
      this.last = null;
    }
    if (this.closed) return;
    this.onchange(this);
    this.timer = setTimeout(() => this.poll(), EVERY);
  }

  take({sums, controllers}, at) {
    const last = this.last;
    const rate = (now, before, name) => before && at > last.at
      ? Math.max(0, ((now[name] ?? 0) - (before[name] ?? 0)) / (at - last.at)) : 0;
    this.now = sums;
    this.controllers = controllers;
    this.note('revision', rate(sums, last?.sums, 'weir_store_revision'));
    this.note('reconciles', rate(sums, last?.sums, 'controller_runtime_reconcile_total'));
    this.note('requests', rate(sums, last?.sums, 'apiserver_request_total'));
    this.note('fsync', (sums.weir_store_sync_seconds_p99 ?? 0) * 1000);
    for (const [name, its] of controllers) {
      this.note(`controller ${name}`, rate(its, last?.controllers.get(name), 'controller_runtime_reconcile_total'));
    }
    this.last = {sums, controllers, at};
  }

  note(name, value) {
    const kept = this.history[name] ??= [];
    kept.push(value);
    if (kept.length > KEPT) kept.shift();
  }
}
