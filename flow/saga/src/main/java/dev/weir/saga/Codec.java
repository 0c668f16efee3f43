package dev.weir.saga;

import java.util.function.Function;

/// How a saga's context becomes text in the database, and a context again. Thread-safe.
///
/// @param <C> the context; a value that nobody changes
public interface Codec<C> {
    /// The text of a context.
    String encode(C context);

    /// The context of a text that [#encode] wrote, maybe by an older version of the service. What
    /// this throws leaves the saga as it is, visible as stuck.
    C decode(String text);

    /// The text itself.
    static Codec<String> text() {
        return of(text -> text, text -> text);
    }

    /// A record whose components are strings, numbers, booleans or enums, as lines `name=value`. A
    /// line that the record does not know is ignored; a component without a line is null, 0 or
    /// false.
    ///
    /// @throws IllegalArgumentException when a component has another type
    static <R extends Record> Codec<R> record(Class<R> type) {
        return new RecordCodec<>(type);
    }

    /// Two functions as a codec.
    static <C> Codec<C> of(Function<C, String> encode, Function<String, C> decode) {
        return new Codec<>() {
            @Override
            public String encode(C context) {
                return encode.apply(context);
            }

            @Override
            public C decode(String text) {
                return decode.apply(text);
            }
        };
    }
}
