package dev.weir.resource;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A JSON value (RFC 8259): an immutable tree that keeps member order and tells integers from
/// decimals.
///
/// Values are safe to share between threads. [#parse(byte\[\])] and [#bytes()] are the only ways in
/// and out of the text form.
// Equality is written out below: that which records get is linked at run time, and its method
// handles are slow until they are compiled; a server that starts compares all its definitions.
public sealed interface Json {
    /// The one `null`.
    Json NULL = new Null();

    /// The value in `text`, UTF-8; duplicate members, trailing text and more than 512 levels of
    /// nesting are refused. Integers beyond 64 bits become [Dec].
    ///
    /// @throws JsonException when the text is not one JSON value, saying at which line and column
    static Json parse(byte[] text) {
        return JsonText.parse(text, null, Integer.MAX_VALUE);
    }

    /// The value in `text`.
    ///
    /// @throws JsonException as [#parse(byte\[\])]
    static Json parse(String text) {
        return parse(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /// The value in `text`, where of members with the same name the last one holds; the path of
    /// each repeated member goes to `duplicates`.
    ///
    /// @throws JsonException as [#parse(byte\[\])], duplicates apart
    static Json parse(byte[] text, java.util.function.Consumer<String> duplicates) {
        return JsonText.parse(text, duplicates, Integer.MAX_VALUE);
    }

    /// The value in `text` of a stranger, of which each value takes far more room than it has text.
    ///
    /// @param most how many values the text may have, itself and all within
    /// @throws JsonException as [#parse(byte\[\])], and where there are more
    static Json parse(byte[] text, int most) {
        return JsonText.parse(text, null, most);
    }

    /// The value in `text`, with repeated members and a limit.
    ///
    /// @param duplicates gets the path of each repeated member
    /// @param most how many values the text may have, itself and all within
    /// @throws JsonException as [#parse(byte\[\])], duplicates apart, and where there are more
    static Json parse(byte[] text, java.util.function.Consumer<String> duplicates, int most) {
        return JsonText.parse(text, duplicates, most);
    }

    /// A string value.
    static Str of(String value) {
        return new Str(value);
    }

    /// An integer value.
    static Int of(long value) {
        return new Int(value);
    }

    /// A truth value.
    static Bool of(boolean value) {
        return value ? Bool.TRUE : Bool.FALSE;
    }

    /// An array of strings.
    static Arr strings(Iterable<String> values) {
        var items = new ArrayList<Json>();
        values.forEach(value -> items.add(new Str(value)));
        return new Arr(items);
    }

    /// This value as compact JSON, UTF-8, members in their order.
    default byte[] bytes() {
        return JsonWriter.write(this);
    }

    /// This value as an object.
    ///
    /// @throws JsonException when it is something else
    default Obj asObject() {
        if (this instanceof Obj object) {
            return object;
        }
        throw new JsonException("expected an object, found " + kind());
    }

    /// The word for this value's type: `object`, `array`, `string`, `integer`, `number`, `boolean`
    /// or `null`.
    default String kind() {
        return switch (this) {
            case Obj _ -> "object";
            case Arr _ -> "array";
            case Str _ -> "string";
            case Int _ -> "integer";
            case Dec _ -> "number";
            case Bool _ -> "boolean";
            case Null _ -> "null";
        };
    }

    /// An object. Lookups are by exact name; iteration keeps the order of the text.
    record Obj(SequencedMap<String, Json> members) implements Json {
        /// The empty object.
        public static final Obj EMPTY = new Obj(Collections.emptyNavigableMap());

        /// Takes the members as they are: the caller hands over a map that nobody changes
        /// afterwards.
        public Obj {
            members = Collections.unmodifiableSequencedMap(members);
        }

        /// An object with one member.
        public static Obj of(String name, Json value) {
            return EMPTY.with(name, value);
        }

        /// The member, or null where there is none.
        public @Nullable Json get(String name) {
            return members.get(name);
        }

        /// The member where it is an object, else the empty object.
        public Obj object(String name) {
            return members.get(name) instanceof Obj object ? object : EMPTY;
        }

        /// The member where it is an array, else the empty array.
        public Arr array(String name) {
            return members.get(name) instanceof Arr array ? array : Arr.EMPTY;
        }

        /// The member where it is a string, else the empty string.
        public String string(String name) {
            return members.get(name) instanceof Str string ? string.value() : "";
        }

        /// The member where it is an integer, else `otherwise`.
        public long integer(String name, long otherwise) {
            return members.get(name) instanceof Int number ? number.value() : otherwise;
        }

        /// The member at a path of names, or null where a step is missing.
        public @Nullable Json at(String... path) {
            Json here = this;
            for (var name : path) {
                here = here instanceof Obj object ? object.get(name) : null;
                if (here == null) {
                    return null;
                }
            }
            return here;
        }

        /// Whether there is such a member, even a `null` one.
        public boolean has(String name) {
            return members.containsKey(name);
        }

        /// This object with the member set: in its old place, or last.
        public Obj with(String name, Json value) {
            var copy = new LinkedHashMap<>(members);
            copy.put(name, value);
            return new Obj(copy);
        }

        /// This object without the member.
        public Obj without(String name) {
            if (!members.containsKey(name)) {
                return this;
            }
            var copy = new LinkedHashMap<>(members);
            copy.remove(name);
            return new Obj(copy);
        }

        /// Whether there are no members.
        public boolean isEmpty() {
            return members.isEmpty();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Obj that && members.equals(that.members);
        }

        @Override
        public int hashCode() {
            return members.hashCode();
        }
    }

    /// An array.
    record Arr(List<Json> items) implements Json {
        /// The empty array.
        public static final Arr EMPTY = new Arr(List.of());

        /// Takes the items as they are: the caller hands over a list that nobody changes
        /// afterwards.
        public Arr {
            items = Collections.unmodifiableList(items);
        }

        /// The string items, in order; others are left out.
        public List<String> strings() {
            return items.stream()
                    .filter(Str.class::isInstance)
                    .map(item -> ((Str) item).value())
                    .toList();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Arr that && items.equals(that.items);
        }

        @Override
        public int hashCode() {
            return items.hashCode();
        }
    }

    /// A string.
    record Str(String value) implements Json {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Str that && value.equals(that.value);
        }

        @Override
        public int hashCode() {
            return value.hashCode();
        }
    }

    /// A number written without fraction or exponent that fits 64 bits.
    record Int(long value) implements Json {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Int that && value == that.value;
        }

        @Override
        public int hashCode() {
            return Long.hashCode(value);
        }
    }

    /// Any other number. Its text is the shortest that reads back to the same `double`.
    record Dec(double value) implements Json {
        /// Refuses what JSON cannot write.
        public Dec {
            if (!Double.isFinite(value)) {
                throw new IllegalArgumentException("a JSON number is finite, found " + value);
            }
        }
    }

    /// A truth value.
    record Bool(boolean value) implements Json {
        /// The value `true`.
        public static final Bool TRUE = new Bool(true);

        /// The value `false`.
        public static final Bool FALSE = new Bool(false);

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Bool that && value == that.value;
        }

        @Override
        public int hashCode() {
            return Boolean.hashCode(value);
        }
    }

    /// The value `null`.
    record Null() implements Json {}

    /// An object with these members, in the order of the map's iteration.
    static Obj object(Map<String, Json> members) {
        return new Obj(new LinkedHashMap<>(members));
    }
}
