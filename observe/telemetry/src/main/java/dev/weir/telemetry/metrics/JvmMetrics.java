package dev.weir.telemetry.metrics;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.LongUpDownCounterBuilder;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.lang.Thread.State;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the Java virtual machine tells of itself: memory, collections, threads, classes and CPU, by
/// the names of the semantic conventions 1.45, "Runtime metrics: JVM".
///
/// Management beans are loaded when metrics are collected first, so installing costs a start next
/// to nothing; garbage collections before that are not in `jvm.gc.duration`.
public final class JvmMetrics implements AutoCloseable {
    private static final AttributeKey<String> STATE = AttributeKey.stringKey("jvm.thread.state");
    private static final AttributeKey<Boolean> DAEMON =
            AttributeKey.booleanKey("jvm.thread.daemon");

    /// By state, then the same for daemons.
    private static final List<Attributes> THREADS = threads();

    private final List<AutoCloseable> open = new ArrayList<>();
    private final DoubleHistogram collections;
    private @Nullable JvmBeans beans;
    private boolean closed;

    private JvmMetrics(Meter meter) {
        collections =
                meter.histogramBuilder("jvm.gc.duration")
                        .setUnit("s")
                        .setDescription("Duration of JVM garbage collection actions.")
                        .setExplicitBucketBoundariesAdvice(List.of(0.01, 0.1, 1.0, 10.0))
                        .build();
        memory(meter);
        classes(meter);
        cpu(meter);
        var threads =
                upDown(
                                meter,
                                "jvm.thread.count",
                                "{thread}",
                                "Number of executing platform threads.")
                        .buildObserver();
        open.add(meter.batchCallback(() -> observeThreads(threads), threads));
    }

    /// Adds the metrics to a provider, until this is closed.
    public static JvmMetrics install(MeterProvider provider) {
        return new JvmMetrics(provider.get("dev.weir.telemetry.jvm"));
    }

    /// Ends the metrics.
    @Override
    public synchronized void close() {
        closed = true;
        for (var one : open) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException("a metric callback was not closed", e);
            }
        }
        if (beans != null) {
            beans.close();
        }
    }

    private synchronized JvmBeans beans() {
        if (beans == null) {
            beans = new JvmBeans();
            if (!closed) {
                beans.listen(collections);
            }
        }
        return beans;
    }

    private void memory(Meter meter) {
        var used = bytes(meter, "jvm.memory.used", "Measure of memory used.");
        var committed = bytes(meter, "jvm.memory.committed", "Measure of memory committed.");
        var limit = bytes(meter, "jvm.memory.limit", "Measure of max obtainable memory.");
        var after =
                bytes(
                        meter,
                        "jvm.memory.used_after_last_gc",
                        "Measure of memory used, as measured after the most recent garbage collection"
                                + " event on this pool.");
        open.add(
                meter.batchCallback(
                        () -> {
                            for (var pool : beans().pools()) {
                                var now = pool.bean().getUsage();
                                record(used, now == null ? -1 : now.getUsed(), pool);
                                record(committed, now == null ? -1 : now.getCommitted(), pool);
                                record(limit, now == null ? -1 : now.getMax(), pool);
                                MemoryUsage last = pool.bean().getCollectionUsage();
                                record(after, last == null ? -1 : last.getUsed(), pool);
                            }
                        },
                        used,
                        committed,
                        limit,
                        after));
    }

    private static void record(ObservableLongMeasurement into, long value, JvmBeans.Pool pool) {
        if (value >= 0) {
            into.record(value, pool.attributes());
        }
    }

    private void classes(Meter meter) {
        open.add(
                meter.counterBuilder("jvm.class.loaded")
                        .setUnit("{class}")
                        .setDescription("Number of classes loaded since JVM start.")
                        .buildWithCallback(
                                to -> to.record(beans().classes().getTotalLoadedClassCount())));
        open.add(
                meter.counterBuilder("jvm.class.unloaded")
                        .setUnit("{class}")
                        .setDescription("Number of classes unloaded since JVM start.")
                        .buildWithCallback(
                                to -> to.record(beans().classes().getUnloadedClassCount())));
        open.add(
                upDown(meter, "jvm.class.count", "{class}", "Number of classes currently loaded.")
                        .buildWithCallback(
                                to -> to.record(beans().classes().getLoadedClassCount())));
    }

    private void cpu(Meter meter) {
        open.add(
                meter.counterBuilder("jvm.cpu.time")
                        .ofDoubles()
                        .setUnit("s")
                        .setDescription("CPU time used by the process as reported by the JVM.")
                        .buildWithCallback(to -> {
                            long nanos = beans().system().getProcessCpuTime();
                            if (nanos >= 0) {
                                to.record(nanos / 1e9);
                            }
                        }));
        open.add(
                upDown(
                                meter,
                                "jvm.cpu.count",
                                "{cpu}",
                                "Number of processors available to the Java virtual machine.")
                        .buildWithCallback(
                                to -> to.record(Runtime.getRuntime().availableProcessors())));
        open.add(
                meter.gaugeBuilder("jvm.cpu.recent_utilization")
                        .setUnit("1")
                        .setDescription(
                                "Recent CPU utilization for the process as reported by the JVM.")
                        .buildWithCallback(to -> {
                            double load = beans().system().getProcessCpuLoad();
                            if (load >= 0) {
                                to.record(load);
                            }
                        }));
        open.add(
                meter.gaugeBuilder("jvm.system.cpu.load_1m")
                        .setUnit("{run_queue_item}")
                        .setDescription(
                                "Average CPU load of the whole system for the last minute as reported"
                                        + " by the JVM.")
                        .buildWithCallback(to -> {
                            double load = beans().system().getSystemLoadAverage();
                            if (load >= 0) {
                                to.record(load);
                            }
                        }));
    }

    private void observeThreads(ObservableLongMeasurement into) {
        var bean = beans().threads();
        var counts = new long[THREADS.size()];
        for (var info : bean.getThreadInfo(bean.getAllThreadIds(), 0)) {
            if (info != null) {
                int daemon = info.isDaemon() ? State.values().length : 0;
                counts[info.getThreadState().ordinal() + daemon]++;
            }
        }
        for (int i = 0; i < counts.length; i++) {
            if (counts[i] > 0) {
                into.record(counts[i], THREADS.get(i));
            }
        }
    }

    private static ObservableLongMeasurement bytes(Meter meter, String name, String description) {
        return upDown(meter, name, "By", description).buildObserver();
    }

    private static LongUpDownCounterBuilder upDown(
            Meter meter, String name, String unit, String description) {
        return meter.upDownCounterBuilder(name).setUnit(unit).setDescription(description);
    }

    private static List<Attributes> threads() {
        var all = new ArrayList<Attributes>();
        for (boolean daemon : new boolean[] {false, true}) {
            for (var state : State.values()) {
                var word = state.name().toLowerCase(java.util.Locale.ROOT);
                all.add(Attributes.of(STATE, word, DAEMON, daemon));
            }
        }
        return all;
    }
}
