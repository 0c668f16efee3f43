package dev.weir.apiserver;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// A built-in type.
///
/// @param name the full name, as OpenAPI has it
/// @param union whether JSON holds the value of one of the members, not an object
/// @param members in the order in which JSON is written
record Message(
        String name, boolean union, String description, SequencedMap<String, Member> members) {
    Message {
        members = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(members));
    }

    static Message of(String name, boolean union, String description, List<Member> members) {
        var byName = new LinkedHashMap<String, Member>();
        members.forEach(member -> byName.put(member.name(), member));
        return new Message(name, union, description, byName);
    }

    /// The name without its package.
    String shortName() {
        return name.substring(name.lastIndexOf('.') + 1);
    }

    /// The member of that name, or null.
    @Nullable Member member(String name) {
        return members.get(name);
    }

    /// The member of that protobuf number, or null.
    @Nullable Member member(int number) {
        for (var member : members.values()) {
            if (member.number() == number) {
                return member;
            }
        }
        return null;
    }
}
