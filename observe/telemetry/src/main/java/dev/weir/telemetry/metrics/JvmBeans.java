package dev.weir.telemetry.metrics;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.OperatingSystemMXBean;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.DoubleHistogram;
import java.lang.management.ClassLoadingMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.List;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;
import org.jspecify.annotations.Nullable;

/// The management beans that metrics are read from. Making this loads them, which takes time and
/// memory; Flight Recorder, which could tell the same, takes far more of both.
final class JvmBeans {
    private static final AttributeKey<String> TYPE = AttributeKey.stringKey("jvm.memory.type");
    private static final AttributeKey<String> POOL = AttributeKey.stringKey("jvm.memory.pool.name");
    private static final AttributeKey<String> GC = AttributeKey.stringKey("jvm.gc.name");
    private static final AttributeKey<String> ACTION = AttributeKey.stringKey("jvm.gc.action");

    /// A memory pool and what its points say of it.
    record Pool(MemoryPoolMXBean bean, Attributes attributes) {}

    private final ClassLoadingMXBean classes = ManagementFactory.getClassLoadingMXBean();
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final List<Pool> pools = new ArrayList<>();
    private @Nullable NotificationListener listener;

    JvmBeans() {
        for (var bean : ManagementFactory.getMemoryPoolMXBeans()) {
            var type = bean.getType() == MemoryType.HEAP ? "heap" : "non_heap";
            pools.add(new Pool(bean, Attributes.of(TYPE, type, POOL, bean.getName())));
        }
    }

    List<Pool> pools() {
        return pools;
    }

    ClassLoadingMXBean classes() {
        return classes;
    }

    ThreadMXBean threads() {
        return threads;
    }

    OperatingSystemMXBean system() {
        return system;
    }

    /// Records how long each garbage collection takes from now on.
    void listen(DoubleHistogram durations) {
        NotificationListener added = (told, _) -> collected(told, durations);
        listener = added;
        for (var bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (bean instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(
                        added,
                        told ->
                                told.getType()
                                        .equals(
                                                GarbageCollectionNotificationInfo
                                                        .GARBAGE_COLLECTION_NOTIFICATION),
                        null);
            }
        }
    }

    private static void collected(Notification told, DoubleHistogram durations) {
        var info = GarbageCollectionNotificationInfo.from((CompositeData) told.getUserData());
        durations.record(
                info.getGcInfo().getDuration() / 1e3,
                Attributes.of(GC, info.getGcName(), ACTION, info.getGcAction()));
    }

    void close() {
        var added = listener;
        listener = null;
        for (var bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (added != null && bean instanceof NotificationEmitter emitter) {
                try {
                    emitter.removeNotificationListener(added);
                } catch (ListenerNotFoundException _) {
                    // The bean came later than the listener.
                }
            }
        }
    }
}
