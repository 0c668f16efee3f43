/// Runs the TCK of MicroProfile LRA with participants of Narayana, against any coordinator.
package dev.weir.tck;
