// Runs a Ruby program in ruby.wasm by its own JavaScript on V8: node v8.mjs MODULES RUBY.WASM PROGRAM
import fs from "node:fs";
import { createRequire } from "node:module";
import { WASI } from "node:wasi";

const [, , modules, wasm, program] = process.argv;
const { RubyVM } = createRequire(modules + "/")("@ruby/wasm-wasi");

const wasi = new WASI({ version: "preview1", args: ["ruby"] });
const vm = new RubyVM();
const imports = { wasi_snapshot_preview1: wasi.wasiImport };
vm.addToImports(imports);
const instance = await WebAssembly.instantiate(await WebAssembly.compile(fs.readFileSync(wasm)), imports);
await vm.setInstance(instance);
wasi.initialize(instance);
vm.initialize(["ruby.wasm", "-EUTF-8", "--disable-gems", "-e_=0"]);
vm.eval(fs.readFileSync(program, "utf8"));
