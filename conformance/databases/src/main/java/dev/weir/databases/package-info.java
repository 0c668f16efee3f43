/// Database servers of their own, on loopback, for tests, suites and benchmarks.
@org.jspecify.annotations.NullMarked
package dev.weir.databases;
