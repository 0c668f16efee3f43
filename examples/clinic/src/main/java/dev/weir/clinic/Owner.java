package dev.weir.clinic;

/// Who brings pets.
public record Owner(int id, String name, String city) {}
