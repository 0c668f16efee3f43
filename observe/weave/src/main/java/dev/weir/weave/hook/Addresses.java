package dev.weir.weave.hook;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/// The texts of addresses that were met lately, a bounded number of them: a connection sends many
/// requests.
final class Addresses {
    private static final int SLOTS = 256;

    /// A race makes one anew, no more.
    private static final @Nullable Met[] MET = new @Nullable Met[SLOTS];

    private Addresses() {}

    private record Met(InetAddress address, String text) {}

    /// The address in numbers, as [InetAddress#getHostAddress()] tells it.
    static String text(InetAddress address) {
        int hash = address.hashCode();
        int slot = (hash ^ hash >>> 8 ^ hash >>> 16) & SLOTS - 1;
        var met = MET[slot];
        if (met == null || !met.address.equals(address)) {
            met = new Met(address, address.getHostAddress());
            MET[slot] = met;
        }
        return met.text;
    }
}
