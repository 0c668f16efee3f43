package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Duration;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class TimesProperties {
    @Property
    void readsBackTheDurationsThatItWrites(@ForAll long nanos) {
        var span = Duration.ofNanos(nanos);

        assertThat(Times.span(Times.duration(span))).isEqualTo(span);
    }

    @Property
    void anyTextGivesADurationOrADateTimeException(@ForAll String text) {
        try {
            Times.span(text);
        } catch (DateTimeException e) {
            assertThat(e).hasMessageStartingWith("expected a duration such as 1m30s, found");
        }
    }

    @Example
    void writesAsGoDoes() {
        assertThat(Times.duration(Duration.ofSeconds(90))).isEqualTo("1m30s");
        assertThat(Times.duration(Duration.ofHours(2))).isEqualTo("2h0m0s");
        assertThat(Times.duration(Duration.ofMillis(-1500))).isEqualTo("-1.5s");
        assertThat(Times.duration(Duration.ofMillis(250))).isEqualTo("250ms");
        assertThat(Times.duration(Duration.ofNanos(1_100))).isEqualTo("1.1µs");
        assertThat(Times.duration(Duration.ofNanos(7))).isEqualTo("7ns");
        assertThat(Times.span("1.5h")).isEqualTo(Duration.ofMinutes(90));
        assertThat(Times.span("0")).isZero();
    }

    @Example
    void refusesWhatHasNoUnit() {
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Times.span("5"));
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Times.span(""));
        assertThatExceptionOfType(DateTimeException.class).isThrownBy(() -> Times.span("1.s2"));
    }
}
