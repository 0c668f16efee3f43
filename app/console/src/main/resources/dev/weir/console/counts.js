/** How many objects of each kind there are: asked for while nobody watches them. */
import {json} from './api.js';
import {path} from './kinds.js';

const EVERY = 5000;
const ACCEPT = 'application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json';

export class Counts {
  /** `kinds` answers the kinds to ask for; `ontell` is called with a kind and its number. */
  constructor(kinds, ontell) {
    this.kinds = kinds;
    this.ontell = ontell;
    this.stop = new AbortController();
    this.timer = setTimeout(() => this.poll(), 300);
  }

  close() {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  async poll() {
    for (const kind of document.hidden ? [] : this.kinds()) {
      try {
        const {items, metadata} = await json(`${path(kind)}?limit=1`, {accept: ACCEPT, signal: this.stop.signal});
        this.ontell(kind, items.length + (metadata.remainingItemCount ?? 0));
      } catch (error) {
        if (this.stop.signal.aborted) return;
        if (error.code !== 403 && error.code !== 404) break;
      }
    }
    if (!this.stop.signal.aborted) this.timer = setTimeout(() => this.poll(), EVERY);
  }
}
