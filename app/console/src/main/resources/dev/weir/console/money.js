/** Where the money of payments is: sums that terminals read from the ledger and the bank. */
import {h} from './dom.js';

/** The kind of the sums, where the server has it. */
export const balanceKind = kinds => kinds.find(kind => kind.group === 'payments.weir.dev' && kind.plural === 'balances');

const SUMS = [
  ['Reserved', 'reserved', 'in the ledger, for payments under way'],
  ['Captured', 'captured', 'at the bank'],
  ['Settled', 'settled', 'in the ledger, with merchants'],
  ['In flight', 'inFlight', 'captured and not settled yet'],
];

const amount = value => Number.isFinite(value) ? value.toLocaleString('en') : '–';
const tile = (name, value, detail) => h('div', {class: 'tile'}, h('span', {class: 'quiet'}, name), value, h('span', {class: 'quiet'}, detail));

/** The sums of a balance as tiles, in minor units; the last says whether every cent is in one place. */
export function money({name, object: {status}}) {
  const whole = status?.conserved;
  const verdict = h('strong', {class: whole == null ? 'wait' : whole ? 'good' : 'bad'}, whole == null ? '○ not counted yet' : whole ? '● yes' : '▲ no');
  return h('section', {class: 'tiles money', 'aria-label': `Money of ${name}`},
    SUMS.map(([title, member, detail]) => tile(title, h('strong', {}, amount(status?.[member])), detail)),
    tile('Conserved', verdict, 'every cent in one place'));
}
