package dev.weir.kubernetes;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;

/// The HTTP clients that watches share, each with a connection of a limited number of streams.
final class WatchConnections implements AutoCloseable {
    private final int streams;
    private final Supplier<HttpClient> open;

    /// Guarded by this.
    private final List<Shared> all = new ArrayList<>();

    WatchConnections(int streams, Supplier<HttpClient> open) {
        this.streams = streams;
        this.open = open;
    }

    /// The right to one stream.
    synchronized Permit take() {
        for (var shared : all) {
            if (shared.used < streams) {
                shared.used++;
                return new Permit(shared);
            }
        }
        var shared = new Shared(open.get());
        all.add(shared);
        shared.used++;
        return new Permit(shared);
    }

    private synchronized void give(Shared shared) {
        if (--shared.used == 0 && all.size() > 1) {
            all.remove(shared);
            shared.client.shutdownNow();
        }
    }

    @Override
    public synchronized void close() {
        all.forEach(shared -> shared.client.shutdownNow());
    }

    /// A client and how many of its streams are taken.
    private static final class Shared {
        final HttpClient client;
        int used;

        Shared(HttpClient client) {
            this.client = client;
        }
    }

    /// The right to one stream of a client, given back once.
    final class Permit implements AutoCloseable {
        private final Shared shared;
        private final AtomicBoolean given = new AtomicBoolean();

        private Permit(Shared shared) {
            this.shared = shared;
        }

        HttpClient client() {
            return shared.client;
        }

        @Override
        public void close() {
            if (given.compareAndSet(false, true)) {
                give(shared);
            }
        }

        /// The stream, giving the permit back when it is closed.
        InputStream holding(InputStream body) {
            return new FilterInputStream(body) {
                @Override
                public void close() throws IOException {
                    try {
                        super.close();
                    } finally {
                        Permit.this.close();
                    }
                }
            };
        }
    }
}
