package dev.weir.apiserver;

import dev.weir.store.Store;
import java.time.Clock;

/// What an HTTP request can reach.
record Api(Store store, Kinds kinds, Objects objects, Clock clock) {}
