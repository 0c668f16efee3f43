package dev.weir.telemetry.logs;

import org.jspecify.annotations.Nullable;

/// A scope as it is sent. Scopes are told apart by identity: a logger has one.
///
/// @param field the encoded field `scope`
/// @param schemaUrl the schema of the names it uses
record LogScope(byte[] field, @Nullable String schemaUrl) {}
