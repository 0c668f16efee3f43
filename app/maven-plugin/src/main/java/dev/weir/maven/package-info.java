/// Goals that know at build time what others find out at run time.
@org.jspecify.annotations.NullMarked
package dev.weir.maven;
