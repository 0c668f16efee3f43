package dev.weir.store;

class MemoryStoreTest extends StoreContract {
    @Override
    Store open() {
        return Store.inMemory(OPTIONS);
    }
}
