package dev.weir.store;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One change of one key, with the conditions under which it may happen. All conditions are checked
/// by the writer against the newest state, atomically with the change.
public sealed interface Write {
    /// The key.
    String key();

    /// The leadership that the write depends on, or null.
    @Nullable Fence fence();

    /// Brings a key into being; `EXISTS` where it is there.
    ///
    /// @param uid the identity of the new key
    /// @param within keys that must be there, at these epochs; else `CONFLICT`
    record Create(String key, byte[] value, UUID uid, @Nullable Fence fence, List<Fence> within)
            implements Write {

        /// Copies the list.
        public Create {
            within = List.copyOf(within);
        }

        /// A key that depends on no other.
        public Create(String key, byte[] value, UUID uid, @Nullable Fence fence) {
            this(key, value, uid, fence, List.of());
        }
    }

    /// Replaces the value of a key; `NOT_FOUND` where it is absent.
    ///
    /// @param uid what the key's uid must be, or null for any; else `CONFLICT`
    /// @param revision what the key's revision must be, or 0 for any; else `CONFLICT`
    /// @param raiseEpoch whether the key's epoch becomes the revision of this write
    record Update(
            String key,
            byte[] value,
            @Nullable UUID uid,
            long revision,
            boolean raiseEpoch,
            @Nullable Fence fence)
            implements Write {}

    /// Removes a key; `NOT_FOUND` where it is absent.
    ///
    /// @param uid what the key's uid must be, or null for any; else `CONFLICT`
    /// @param revision what the key's revision must be, or 0 for any; else `CONFLICT`
    record Delete(String key, @Nullable UUID uid, long revision, @Nullable Fence fence)
            implements Write {}

    /// A fencing token: the write is refused with `FENCED` unless the key exists and has this
    /// epoch. A key's epoch is the revision of its creation until an [Update] raises it.
    record Fence(String key, long epoch) {}
}
