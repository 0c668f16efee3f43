package dev.weir.telemetry.otlp;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Prints each request as a line of OTLP/JSON: the exporter `console`, for looking and debugging.
///
/// Thread-safe. Its stream stays open.
public final class Console implements Sink {
    private final PrintStream out;

    /// A sink that prints to a stream.
    public Console(PrintStream out) {
        this.out = out;
    }

    /// A sink that prints to the standard output, as the specification has it.
    public static Console standardOutput() {
        return new Console(System.out);
    }

    @Override
    public void accept(Payload payload) {
        print(payload);
        payload.release();
    }

    /// Prints a request and leaves it to its holder.
    void print(Payload payload) {
        var json = OtlpJson.write(payload.signal(), payload.parts());
        out.println(new String(json, StandardCharsets.UTF_8));
    }

    @Override
    public boolean flush(Duration timeout) {
        out.flush();
        return true;
    }

    @Override
    public void close() {
        out.flush();
    }
}
