/** The console: login, the frame around the views, and which view is shown. */
import {ApiError, forgetToken, keepToken, session, token, whoAmI} from './api.js';
import {Counts} from './counts.js';
import {h} from './dom.js';
import {discover, link} from './kinds.js';
import {Figures} from './metrics.js';
import {sagaKind, sagasView} from './sagas.js';
import {receivesTraces, tracesView, traceView} from './traces.js';
import {eventsView, object, objects, overview} from './views.js';
import {Collection} from './watch.js';

const root = document.getElementById('app');
const THEMES = ['auto', 'light', 'dark'];
let page = null;

function theme(next = localStorage.getItem('weir.theme') ?? 'auto') {
  localStorage.setItem('weir.theme', next);
  document.documentElement.dataset.theme = next;
  return next;
}

function themeButton() {
  const chosen = h('span', {}, theme());
  return h('button', {type: 'button', id: 'theme', title: 'Light, dark, or as the system is', onclick: () => {
    chosen.textContent = theme(THEMES[(THEMES.indexOf(theme()) + 1) % 3]);
  }}, h('span', {class: 'word'}, 'Theme: '), chosen);
}

const brand = () => h('a', {href: '#/', class: 'brand'}, h('img', {src: 'icon.svg', alt: '', width: 22, height: 22}), h('span', {class: 'word'}, 'Weir'));

function login(message = '') {
  page?.close();
  page = null;
  const said = h('p', {class: 'bad', role: 'alert'}, message);
  const field = h('input', {id: 'token', type: 'password', autocomplete: 'off', required: true, 'aria-describedby': 'help'});
  const button = h('button', {class: 'primary'}, 'Log in');
  const submit = async event => {
    event.preventDefault();
    button.disabled = true;
    try {
      const given = field.value.trim();
      if (!/^[!-~]+$/.test(given)) throw new ApiError(401);
      const name = await whoAmI(given);
      keepToken(given);
      await start(name);
    } catch (error) {
      said.textContent = error.code === 401 ? 'The server does not know this token.' : error.message;
      button.disabled = false;
      field.select();
    }
  };
  root.replaceChildren(h('main', {class: 'login'}, h('form', {class: 'card', onsubmit: submit}, brand(),
    h('label', {for: 'token'}, 'Token'), field, button, said,
    h('p', {id: 'help', class: 'quiet'}, 'Tokens are in the file ', h('code', {}, 'credentials/tokens'),
      ' of the server\u2019s data directory. This tab keeps the token until it is closed.')), themeButton()));
  field.focus();
}

async function start(name) {
  const [kinds, traces] = await Promise.all([discover(), receivesTraces()]);
  page?.close();
  page = frame(name, kinds, traces);
}

function frame(name, kinds, traces) {
  const shared = {draw: () => {}};
  const main = h('main', {id: 'main'});
  const state = h('span', {id: 'state', class: 'chip wait', role: 'status'}, 'connecting');
  const nav = h('nav', {'aria-label': 'Kinds'});
  const badges = new Map();
  const numbers = new Map();
  let view = null;
  const all = () => [events, namespaces, definitions, ...(view?.collections ?? [])].filter(Boolean);
  const tick = () => {
    const lost = figures?.lost || all().some(c => c.state === 'reconnecting');
    watched().forEach(c => tell(c.kind, c.rows.size));
    const waits = all().some(c => c.state === 'loading');
    state.className = `chip ${lost ? 'bad' : waits ? 'wait' : 'good'}`;
    state.textContent = lost ? '▲ reconnecting' : waits ? '○ loading' : '● live';
  };
  const redraw = () => { tick(); shared.draw(); };
  const events = new Collection({group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true}, redraw);
  const figures = new Figures(redraw, () => all().forEach(c => c.retry()));
  const namespaces = new Collection({group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace'}, redraw);
  const place = kind => kind.plural === 'events' ? '#/events' : link(kind);
  const tell = (kind, number) => {
    numbers.set(place(kind), number);
    const badge = badges.get(place(kind));
    if (badge) badge.textContent = number.toLocaleString('en');
  };
  const watched = () => all().filter(c => c.state === 'live' && !c.more && !c.namespace && !c.selector.fieldSelector);
  const counts = new Counts(() => kinds.filter(kind => !watched().some(c => link(c.kind) === link(kind))), tell);
  let known = '';
  const definitions = new Collection({group: 'apiextensions.k8s.io', version: 'v1', plural: 'customresourcedefinitions'}, async c => {
    const now = [...c.rows.values()].map(r => `${r.name} ${r.object.metadata.generation} ${r.object.status?.conditions?.length}`).sort().join();
    if (c.state !== 'live' || now === known) return;
    const first = known === '';
    known = now;
    if (first) return;
    kinds = await discover().catch(() => kinds);
    menu();
    if (!view) show();
  });
  const ticker = setInterval(tick, 500);

  function menu() {
    const item = (href, text) => {
      const badge = h('span', {class: 'quiet'}, numbers.get(href)?.toLocaleString('en') ?? '');
      badges.set(href, badge);
      return h('li', {}, h('a', {href, 'aria-current': here(href) ? 'page' : null}, h('span', {}, text), badge));
    };
    const here = href => (location.hash || '#/') === href || (href !== '#/' && location.hash.startsWith(href + '/'));
    const groups = Map.groupBy(kinds.filter(k => k.plural !== 'events'), k => k.custom ? k.group : 'Built in');
    nav.replaceChildren(h('ul', {}, item('#/', 'Overview'), item('#/events', 'Events'), traces ? item('#/traces', 'Traces') : [], sagaKind(kinds) ? item('#/sagas', 'Sagas') : []),
      ...[...groups].map(([group, list]) => h('section', {}, h('h2', {}, group), h('ul', {}, list.map(k => item(link(k), k.kind))))));
  }

  function show() {
    view?.close();
    view?.collections.forEach(c => c.close());
    shared.draw = () => {};
    const focus = document.activeElement?.id;
    const context = {kinds, events, namespaces, figures, shared};
    const [group = '', plural, namespace = '', objectName] = location.hash.slice(2).split('/').map(decoded);
    const kind = kinds.find(k => (k.group || 'core') === group && k.plural === plural);
    if (group === '') view = overview(context);
    else if (group === 'events') view = eventsView(context);
    else if (group === 'traces' && traces) view = plural ? traceView(plural) : tracesView();
    else if (group === 'sagas' && sagaKind(kinds)) view = sagasView(sagaKind(kinds), context);
    else if (kind && objectName) view = object(kind, namespace === '-' ? '' : namespace, objectName, context);
    else if (kind) view = objects(kind, namespace, context);
    else view = null;
    main.replaceChildren(view?.element ?? h('p', {class: 'notice'}, 'The server has no such kind.'));
    document.title = `${objectName ?? kind?.kind ?? ({events: 'Events', traces: 'Traces', sagas: 'Sagas'}[group] ?? 'Overview')} · Weir`;
    document.body.classList.remove('menu');
    menu();
    if (focus === 'namespace') document.getElementById(focus)?.focus();
  }

  const keys = e => {
    const typing = e.target.matches('input, select');
    if (e.key === '/' && !typing) { e.preventDefault(); document.getElementById('filter')?.focus(); }
    if (e.key === 'Escape') { document.body.classList.remove('menu'); if (typing) e.target.blur(); else document.getElementById('back')?.click(); }
  };
  addEventListener('hashchange', show);
  addEventListener('keydown', keys);
  root.replaceChildren(
    h('header', {}, h('button', {type: 'button', class: 'only-phone', 'aria-label': 'Menu', onclick: () => document.body.classList.toggle('menu')}, '☰'),
      brand(), state, h('span', {class: 'grow'}), h('span', {class: 'quiet user'}, name), themeButton(),
      h('button', {type: 'button', id: 'logout', onclick: () => { forgetToken(); login(); }}, 'Log out')),
    nav, main);
  show();
  return {
    close() {
      all().forEach(c => c.close());
      view?.close();
      figures.close();
      counts.close();
      clearInterval(ticker);
      removeEventListener('hashchange', show);
      removeEventListener('keydown', keys);
    },
  };
}

/** A part of the address; one that cannot be decoded names nothing. */
function decoded(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Goes on with the token of this tab; waits for a server that does not answer. */
async function resume() {
  try {
    await start(await whoAmI(token()));
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    if (error.code === 401 || !token()) return;
    root.replaceChildren(h('main', {class: 'login'}, h('p', {class: 'notice', role: 'status'}, `Connecting: ${error.message}`)));
    setTimeout(resume, 1500);
  }
}

session.onrefused = () => {
  forgetToken();
  login('The server does not know this token any more.');
};
theme();
if (token()) resume();
else login();
