package dev.weir.apiserver;

import java.security.SecureRandom;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/// Where identities and generated names come from.
@FunctionalInterface
interface Chance {
    /// Different on each machine and each start, and without the one locked generator that
    /// [UUID#randomUUID()] draws from: its seed is enough for identities.
    static Chance ofMachine() {
        long salt = new SecureRandom().nextLong();
        return () -> ThreadLocalRandom.current().nextLong() ^ salt;
    }

    /// 64 random bits.
    long next();

    /// A random UUID (RFC 9562, version 4).
    default UUID uid() {
        return new UUID(next() & ~0xF000L | 0x4000L, next() & ~(3L << 62) | 1L << 63);
    }
}
