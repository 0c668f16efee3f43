package dev.weir.clinic;

/// A patient.
public record Pet(int id, int ownerId, String name, String kind) {}
