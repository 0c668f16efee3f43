package dev.weir.context;

import io.opentelemetry.api.baggage.Baggage;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import io.opentelemetry.context.propagation.TextMapPropagator;
import io.opentelemetry.context.propagation.TextMapSetter;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `baggage`; several headers of that name are one list.
enum BaggagePropagator implements TextMapPropagator {
    INSTANCE;

    private static final String BAGGAGE = "baggage";
    private static final List<String> FIELDS = List.of(BAGGAGE);

    @Override
    public Collection<String> fields() {
        return FIELDS;
    }

    @Override
    public <C> void inject(Context context, @Nullable C carrier, TextMapSetter<C> setter) {
        if (context == null || setter == null) {
            return;
        }
        var baggage = Baggage.fromContextOrNull(context);
        if (baggage == null) {
            return;
        }
        var header = BaggageHeader.of(baggage).header();
        if (!header.isEmpty()) {
            setter.set(carrier, BAGGAGE, header);
        }
    }

    @Override
    public <C> Context extract(Context context, @Nullable C carrier, TextMapGetter<C> getter) {
        if (context == null) {
            return Context.root();
        }
        if (getter == null) {
            return context;
        }
        var baggage = baggage(carrier, getter);
        return baggage == BaggageHeader.EMPTY ? context : context.with(baggage);
    }

    private static <C> BaggageHeader baggage(@Nullable C carrier, TextMapGetter<C> getter) {
        if (!CarrierValues.tellsAll(getter)) {
            return BaggageHeader.of(getter.get(carrier, BAGGAGE));
        }
        var values = getter.getAll(carrier, BAGGAGE);
        return values == null ? BaggageHeader.EMPTY : BaggageHeader.of(values);
    }
}
