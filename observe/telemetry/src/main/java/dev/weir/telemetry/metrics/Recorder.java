package dev.weir.telemetry.metrics;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.context.Context;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Where an instrument's measurements go: one metric as a rule, none or several by views.
abstract class Recorder {
    /// Records a long.
    ///
    /// @param context where it was measured; the current context where nothing is given
    abstract void record(long value, Attributes attributes, @Nullable Context context);

    /// Records a double; one that is not a number is dropped.
    ///
    /// @param context where it was measured; the current context where nothing is given
    abstract void record(double value, Attributes attributes, @Nullable Context context);

    /// Whether anything is done with what is recorded.
    abstract boolean enabled();

    /// One recorder for all of these.
    static Recorder of(List<? extends Recorder> recorders) {
        return recorders.size() == 1 ? recorders.getFirst() : new All(List.copyOf(recorders));
    }

    private static final class All extends Recorder {
        private final List<Recorder> recorders;

        All(List<Recorder> recorders) {
            this.recorders = recorders;
        }

        @Override
        void record(long value, Attributes attributes, @Nullable Context context) {
            recorders.forEach(recorder -> recorder.record(value, attributes, context));
        }

        @Override
        void record(double value, Attributes attributes, @Nullable Context context) {
            recorders.forEach(recorder -> recorder.record(value, attributes, context));
        }

        @Override
        boolean enabled() {
            return !recorders.isEmpty();
        }
    }
}
