/// What sagas and long running actions have in common: the databases that they know, how tables are
/// made, how transactions end, and the leases of nodes. For modules of this library only.
package dev.weir.saga.storage;
