/** Objects as YAML, for reading. */
const PLAIN = /^[A-Za-z_/][\w ./@-]*$/;
/** Several lines of printable text that begin and end where a block scalar keeps them. */
const BLOCK = /^[\x21-\x7e\u00a1-\ud7ff][\t\n\x20-\x7e\u00a1-\ud7ff]*\n(?!\n)[\t\n\x20-\x7e\u00a1-\ud7ff]*(?<!\n\n)$/;
const WORD = /^(true|false|null|yes|no|on|off|y|n|~)$/i;

const scalar = value => typeof value !== 'string' ? JSON.stringify(value)
  : PLAIN.test(value) && !WORD.test(value) && !value.endsWith(' ') ? value : JSON.stringify(value);

/** YAML of a JSON value. */
export function yaml(value, indent = '') {
  if (Array.isArray(value)) {
    return value.length ? value.map(item => `${indent}- ${yaml(item, indent + '  ').trimStart()}`).join('\n') : `${indent}[]`;
  }
  if (value && typeof value === 'object') {
    const entries = Object.entries(value);
    return entries.length ? entries.map(([name, item]) => member(name, item, indent)).join('\n') : `${indent}{}`;
  }
  return indent + scalar(value);
}

function member(name, item, indent) {
  if (typeof item === 'string' && BLOCK.test(item)) {
    const lines = item.replace(/\n$/, '').split('\n').map(line => line && `${indent}  ${line}`);
    return `${indent}${scalar(name)}: |${item.endsWith('\n') ? '' : '-'}\n${lines.join('\n')}`;
  }
  const nested = item && typeof item === 'object' && Object.keys(item).length;
  return `${indent}${scalar(name)}:${nested ? '\n' + yaml(item, indent + '  ') : ' ' + yaml(item)}`;
}

/** The object with the values of a Secret left out. */
export function shown(object) {
  if (object.kind !== 'Secret') return object;
  const hide = data => Object.fromEntries(Object.keys(data).map(key => [key, '(not shown)']));
  return {...object, ...(object.data && {data: hide(object.data)}), ...(object.stringData && {stringData: hide(object.stringData)})};
}
