package dev.weir.weave.hook;

/// Whether hooks do anything: the system property `weir.weave`, read once; `false` turns them off.
///
/// A constant for the compiler: where it is off, a hook is the call that it stands for, inlined.
final class Switch {
    static final boolean ON = !"false".equalsIgnoreCase(System.getProperty("weir.weave"));

    private Switch() {}
}
