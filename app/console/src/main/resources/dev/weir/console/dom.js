/** Small helpers around the DOM; text is always set as text. */

/** An element: `h('a', {href: '#', class: 'x', onclick: f}, 'text', child)`. */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.flat(Infinity).filter(child => child != null));
  return element;
}

/** The time between a moment and now, in kubectl's short form. */
export function age(time) {
  const seconds = Math.max(0, Math.round((Date.now() - Date.parse(time)) / 1000));
  if (Number.isNaN(seconds)) return '';
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  if (seconds < 172800) return `${Math.floor(seconds / 3600)}h`;
  return `${Math.floor(seconds / 86400)}d`;
}

/** An age that goes on counting. */
export function since(time) {
  return h('time', {datetime: time, title: time}, age(time));
}

setInterval(() => {
  for (const element of document.querySelectorAll('time')) {
    element.textContent = age(element.dateTime);
  }
}, 1000);

/** A line of figures over time, as SVG. */
export function sparkline(values) {
  const space = 'http://www.w3.org/2000/svg';
  const svg = document.createElementNS(space, 'svg');
  svg.setAttribute('viewBox', '0 0 120 24');
  svg.setAttribute('preserveAspectRatio', 'none');
  svg.setAttribute('aria-hidden', 'true');
  const line = document.createElementNS(space, 'polyline');
  const top = Math.max(...values, 1e-9);
  line.setAttribute('points', values.map((value, i) =>
    `${120 - (values.length - 1 - i) * 2},${22 - 20 * value / top}`).join(' '));
  svg.append(line);
  return svg;
}
