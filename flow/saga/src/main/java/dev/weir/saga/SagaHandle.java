package dev.weir.saga;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A saga that was started.
///
/// @param id 32 hexadecimal digits
/// @param done completes when the saga is at its end, wherever that happens; exceptionally with a
///   [SagaException] when it was not started after all (`DUPLICATE`) or the engine closes before it
///   knows (`CLOSED`), or the saga was deleted before that (`NOT_FOUND`)
public record SagaHandle(String id, CompletableFuture<SagaView> done) {
    /// Waits for the end.
    ///
    /// @throws SagaException `DUPLICATE`, `CLOSED` or `NOT_FOUND`, as [#done()]; `STATE` when the
    ///   time is over, which changes nothing about the saga
    public SagaView await(Duration limit) throws InterruptedException {
        try {
            return done.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new SagaException(
                    SagaException.Code.STATE, "saga " + id + " has not ended in " + limit, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof SagaException known) {
                throw new SagaException(known.code(), String.valueOf(known.getMessage()), known);
            }
            throw new SagaException(SagaException.Code.DATABASE, "saga " + id, e);
        }
    }
}
