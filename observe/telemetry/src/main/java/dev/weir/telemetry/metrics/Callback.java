package dev.weir.telemetry.metrics;

import io.opentelemetry.api.metrics.BatchCallback;
import io.opentelemetry.api.metrics.ObservableDoubleCounter;
import io.opentelemetry.api.metrics.ObservableDoubleGauge;
import io.opentelemetry.api.metrics.ObservableDoubleUpDownCounter;
import io.opentelemetry.api.metrics.ObservableLongCounter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import io.opentelemetry.api.metrics.ObservableLongUpDownCounter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A registered callback; closing it ends the registration.
final class Callback
        implements BatchCallback,
                ObservableLongCounter,
                ObservableDoubleCounter,
                ObservableLongUpDownCounter,
                ObservableDoubleUpDownCounter,
                ObservableLongGauge,
                ObservableDoubleGauge {
    private final ScopedMeter meter;
    private final List<Observer> observers;
    private final Runnable body;
    private final @Nullable ClassLoader loader;
    private volatile boolean running;
    private boolean failed;

    Callback(ScopedMeter meter, List<Observer> observers, Runnable body) {
        this.meter = meter;
        this.observers = List.copyOf(observers);
        this.body = body;
        loader = Thread.currentThread().getContextClassLoader();
    }

    /// Whether it runs; one that never returns is not called again.
    boolean running() {
        return running;
    }

    /// Asks for values, and contains what goes wrong.
    void run() {
        running = true;
        observers.forEach(observer -> observer.open(true));
        Thread.currentThread().setContextClassLoader(loader);
        try {
            body.run();
        } catch (VirtualMachineError e) {
            throw e;
        } catch (Throwable e) {
            if (!failed) {
                failed = true;
                Warnings.log().log(
                        System.Logger.Level.WARNING, "a metric callback failed; told once", e);
            }
        } finally {
            abandon();
            running = false;
        }
    }

    /// Takes no more values until it runs again.
    void abandon() {
        observers.forEach(observer -> observer.open(false));
    }

    @Override
    public void close() {
        meter.remove(this);
    }
}
