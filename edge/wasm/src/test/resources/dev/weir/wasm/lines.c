// A guest whose traps name these lines. lines4.wasm and lines5.wasm are made of it, N being 4 and 5, by
// clang --target=wasm32 -O1 -gline-tables-only -gdwarf-N -fdebug-compilation-dir=. -nostdlib -ffreestanding
//     -Wl,--no-entry -o linesN.wasm lines.c
int memory[4];

__attribute__((noinline)) static int divide(int a, int b) {
    int sum = a + 1;
    return sum
            / b;
}

__attribute__((noinline)) static int beyond(int at) {
    return *(volatile int *)(memory + at);
}

__attribute__((noinline, export_name("inner"))) int inner(int a) {
    int x = divide(a,
                   a - 5);
    return x + 1;
}

__attribute__((export_name("outer"))) int outer(int a) {
    for (int i = 0; i < 3; i++) {
        memory[i & 3] = a;
        a = inner(a);
    }
    return a;
}

__attribute__((export_name("read"))) int read(int at) {
    if (at < 0)
        __builtin_trap();
    return beyond(at) + 1;
}
