/** What kinds the server has, from aggregated discovery. */
import {json} from './api.js';

const ACCEPT = 'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList';

/** All kinds that can be watched: custom ones first, then by name. */
export async function discover() {
  const [core, groups] = await Promise.all([json('/api', {accept: ACCEPT}), json('/apis', {accept: ACCEPT})]);
  const kinds = [...core.items, ...groups.items].flatMap(ofGroup);
  return kinds.sort((a, b) => (b.custom - a.custom) || a.kind.localeCompare(b.kind));
}

function ofGroup(item) {
  const group = item.metadata?.name ?? '';
  const version = item.versions[0];
  return version.resources
    .filter(resource => resource.verbs.includes('watch') && !(group === 'events.k8s.io'))
    .map(resource => ({
      group, version: version.version, plural: resource.resource, kind: resource.responseKind.kind,
      namespaced: resource.scope === 'Namespaced',
      custom: group.includes('.') && !group.endsWith('.k8s.io'),
      status: (resource.subresources ?? []).some(sub => sub.subresource === 'status'),
    }));
}

/** The path under which a kind's objects are. */
export const path = (kind, namespace, name) =>
  (kind.group ? `/apis/${kind.group}/${kind.version}` : `/api/${kind.version}`)
  + (namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '')
  + `/${kind.plural}` + (name ? `/${encodeURIComponent(name)}` : '');

/** The address of a kind or an object in this console. */
export const link = (kind, namespace, name) =>
  `#/${kind.group || 'core'}/${kind.plural}` + (name ? `/${encodeURIComponent(namespace || '-')}/${encodeURIComponent(name)}` : '');

/** The kind that an `apiVersion` and a `kind` name. */
export const named = (kinds, apiVersion = '', kind) => {
  const group = apiVersion.includes('/') ? apiVersion.split('/')[0] : '';
  return kinds.find(k => k.kind === kind && k.group === group);
};
