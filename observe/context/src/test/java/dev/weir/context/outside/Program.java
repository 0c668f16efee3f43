package dev.weir.context.outside;

import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.Scope;

/// A program that knows the API only, and says which storage it got and what a virtual thread sees.
public final class Program {
    private Program() {}

    /// Takes no arguments.
    public static void main(String[] arguments) throws InterruptedException {
        ContextKey<String> key = ContextKey.named("key");
        try (Scope _ = Context.root().with(key, "carried").makeCurrent()) {
            Thread.ofVirtual().start(() -> System.out.println(Context.current().get(key))).join();
            Thread.ofPlatform().start(() -> System.out.println(Context.current().get(key))).join();
        }
    }
}
