package dev.weir.clinic;

import java.time.LocalDate;

/// A day on which a pet was seen, and why.
public record Visit(int id, int petId, LocalDate seenOn, String reason) {}
