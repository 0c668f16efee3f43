package dev.weir.kubernetes;

import dev.weir.resource.Query;
import dev.weir.resource.ResourceType;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/// Builds the path and query of a request.
final class Address {
    private final StringBuilder text;
    private boolean queried;

    private Address(StringBuilder text) {
        this.text = text;
    }

    /// The path of a collection; an empty namespace spans all.
    static Address of(ResourceType<?> type, String namespace) {
        var text = new StringBuilder();
        if (type.group().isEmpty()) {
            text.append("/api/");
        } else {
            text.append("/apis/").append(type.group()).append('/');
        }
        text.append(type.version());
        if (type.namespaced() && !namespace.isEmpty()) {
            text.append("/namespaces/").append(encoded(namespace));
        }
        return new Address(text.append('/').append(type.plural()));
    }

    /// The path of an object.
    static Address of(ResourceType<?> type, String namespace, String name) {
        return of(type, namespace).step(name);
    }

    /// One more step; none where it is empty.
    Address step(String name) {
        if (!name.isEmpty()) {
            text.append('/').append(encoded(name));
        }
        return this;
    }

    /// One more parameter; none where its value is empty.
    Address with(String name, String value) {
        if (!value.isEmpty()) {
            text.append(queried ? '&' : '?').append(name).append('=').append(encoded(value));
            queried = true;
        }
        return this;
    }

    /// The parameters that lists and watches share.
    Address selecting(Query query) {
        return with("labelSelector", query.labels().toString())
                .with("fieldSelector", query.fieldSelector());
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
