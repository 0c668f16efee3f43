package dev.weir.telemetry.otlp;

import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The sinks of a process: prints what is to be printed, exports what is to be exported.
///
/// @param exporter takes the signals that it has endpoints for; null: none
/// @param exported the signals for the exporter
/// @param console where signals are printed; null: nowhere
/// @param printed the signals for the console
public record Outlets(
        @Nullable Sink exporter,
        Set<Signal> exported,
        @Nullable Console console,
        Set<Signal> printed)
        implements Sink {
    /// Copies the collections.
    public Outlets {
        exported = Set.copyOf(exported);
        printed = Set.copyOf(printed);
    }

    @Override
    public void accept(Payload payload) {
        if (console != null && printed.contains(payload.signal())) {
            console.print(payload);
        }
        if (exporter != null && exported.contains(payload.signal())) {
            exporter.accept(payload);
        } else {
            payload.release();
        }
    }

    @Override
    public boolean flush(Duration timeout) {
        if (console != null) {
            console.flush(timeout);
        }
        return exporter == null || exporter.flush(timeout);
    }

    /// Those of the exporter: what is printed is not counted.
    @Override
    public ExportStats stats() {
        return exporter == null ? Sink.super.stats() : exporter.stats();
    }

    @Override
    public void close() {
        if (exporter != null) {
            exporter.close();
        }
        if (console != null) {
            console.close();
        }
    }
}
