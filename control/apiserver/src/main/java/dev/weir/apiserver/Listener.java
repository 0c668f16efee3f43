package dev.weir.apiserver;

import java.net.URI;

final class Listener implements AutoCloseable {
    static Listener start(Api api, ApiServer.Options options) {
        throw new UnsupportedOperationException("apiserver: listen " + api + options);
    }

    URI uri() {
        throw new UnsupportedOperationException();
    }

    String kubeconfig() {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
