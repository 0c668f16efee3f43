// node v8.mjs MODULE ARGUMENT...: runs a WASI command in V8.
import { readFileSync } from 'node:fs';
import { argv } from 'node:process';
import { WASI } from 'node:wasi';

const wasi = new WASI({ version: 'preview1', args: argv.slice(2) });
const module = await WebAssembly.compile(readFileSync(argv[2]));
wasi.start(await WebAssembly.instantiate(module, wasi.getImportObject()));
