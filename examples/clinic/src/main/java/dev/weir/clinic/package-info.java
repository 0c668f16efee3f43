/// A veterinary clinic on Spring Boot: owners, their pets, visits and vets in a database.
///
/// Nothing here speaks of telemetry. The build weaves it in.
package dev.weir.clinic;
