/** Conditions: which hold, which do not, and which speak of an older generation. */
import {h, since} from './dom.js';

const BAD = /Degraded|Stalled|Fail|Pressure|Unavailable|Terminating|NonStructural|Error/;

export const conditions = object => object?.status?.conditions ?? [];

/** good, bad, or wait (unknown, or of an older generation). */
export function verdict(condition, object) {
  if (condition.status === 'Unknown') return 'wait';
  if (condition.observedGeneration && condition.observedGeneration < object.metadata.generation) return 'wait';
  return (condition.status === 'True') !== BAD.test(condition.type) ? 'good' : 'bad';
}

/** A word with its colour; the shape says the same to those who do not see colours. */
export function chip(condition, object) {
  const how = verdict(condition, object);
  const sign = {good: '●', bad: '▲', wait: '○'}[how];
  return h('span', {class: `chip ${how}`, title: `${condition.type}=${condition.status} ${condition.reason ?? ''} ${condition.message ?? ''}`},
    h('i', {'aria-hidden': 'true'}, sign), condition.type,
    h('span', {class: 'quiet'}, condition.status + (how === 'wait' && condition.status !== 'Unknown' ? ', behind' : '')));
}

/** The conditions of an object as a table. */
export function conditionTable(object) {
  return h('div', {class: 'rows'}, conditions(object).map(c => h('div', {class: 'condition'},
    chip(c, object), h('span', {}, c.reason ?? ''),
    h('span', {class: 'quiet'}, c.lastTransitionTime ? since(c.lastTransitionTime) : ''), c.message ? h('p', {}, c.message) : null)));
}
