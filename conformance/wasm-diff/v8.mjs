// Runs modules in V8: node v8.mjs FOLDER. For each N.wasm there, makes the calls of N.calls, a line each, and
// writes what came out of each as a line of N.out: results or trap, globals, a hash of each memory. Without N.calls,
// makes a file N.known where V8 takes the module for valid.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';

// V8 that does not know one of these says so, and goes on.
for (const feature of ['memory64', 'multi-memory', 'gc', 'exnref', 'typed-funcref']) {
  setFlagsFromString('--experimental-wasm-' + feature);
}

const folder = process.argv[2];
const view = new DataView(new ArrayBuffer(8));
const TYPES = ['i32', 'i64', 'f32', 'f64'];

// V8's words for why it stopped, as ours; it does not tell some of our codes apart.
const TRAPS = {
  'unreachable': 'unreachable',
  'divide by zero': 'zero',
  'remainder by zero': 'zero',
  'divide result unrepresentable': 'unrepresentable',
  'float unrepresentable in integer range': 'unrepresentable',
  'memory access out of bounds': 'memory',
  'operation does not support unaligned accesses': 'unaligned',
  'table index is out of bounds': 'element',
  'null function or function signature mismatch': 'signature',
};

function argument(word) {
  const [type, bits] = word.split(':');
  view.setBigInt64(0, BigInt(bits));
  switch (type) {
    case 'i32': return view.getInt32(4);
    case 'i64': return view.getBigInt64(0);
    case 'f32': return view.getFloat32(4);
    default: return view.getFloat64(0);
  }
}

function show(type, value) {
  if (type[0] === 'i') return String(value);
  if (Number.isNaN(value)) return 'nan';
  if (type === 'f32') {
    view.setFloat32(0, value);
    return view.getUint32(0).toString(16);
  }
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16);
}

function hash(memory) {
  let hash = 1;
  for (const word of new Int32Array(memory.buffer)) hash = (Math.imul(hash, 31) + word) | 0;
  return hash;
}

function outcome(exports, name, values, results) {
  try {
    const given = exports[name](...values);
    const list = results.length === 1 ? [given] : results.length === 0 ? [] : [...given];
    return results.map((type, i) => show(type, list[i])).join(',');
  } catch (e) {
    if (e instanceof WebAssembly.Exception) return 'exception';
    if (!(e instanceof WebAssembly.RuntimeError)) throw e;
    return 'trap ' + (TRAPS[e.message] ?? e.message);
  }
}

for (const file of readdirSync(folder)) {
  if (!file.endsWith('.wasm')) continue;
  const name = join(folder, file.slice(0, -5));
  if (!existsSync(name + '.calls')) {
    if (WebAssembly.validate(readFileSync(name + '.wasm'))) writeFileSync(name + '.known', '');
    continue;
  }
  const exports = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(name + '.wasm'))).exports;
  const out = [];
  for (const line of readFileSync(name + '.calls', 'utf8').split('\n').filter((text) => text)) {
    // f1>i32,f64 i64:5
    const [callee, ...words] = line.split(' ');
    const [called, results] = callee.split('>');
    const came = outcome(exports, called, words.map(argument), results ? results.split(',') : []);
    const globals = TYPES.map((type, i) => show(type, exports['g' + i].value));
    const memories = Object.keys(exports).filter((key) => key.startsWith('memory'));
    out.push(came + ' | ' + [...globals, ...memories.map((key) => hash(exports[key]))].join(' '));
  }
  writeFileSync(name + '.out', out.join('\n') + '\n');
}
