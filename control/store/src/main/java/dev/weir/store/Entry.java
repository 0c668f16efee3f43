package dev.weir.store;

import java.util.UUID;

/// A key's value at some revision. The bytes are shared by everyone: nobody changes them.
///
/// @param uid chosen at the key's creation, the same until it is deleted
/// @param createRevision the revision at which the key came into being
/// @param revision the revision of this value; of a deletion, the revision of that
/// @param epoch the newest revision at which a write of this key raised the epoch; the fencing
///   token
public record Entry(
        String key, byte[] value, UUID uid, long createRevision, long revision, long epoch) {}
