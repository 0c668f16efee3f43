/// A program of Kafka without a line of telemetry, woven when it is built, and the broker that it
/// talks to.
package dev.weir.kafka;
