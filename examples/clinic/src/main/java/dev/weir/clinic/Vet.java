package dev.weir.clinic;

/// Who treats pets; without a specialty, all of them.
public record Vet(int id, String name, String specialty) {}
