package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

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

    @Property
    void readsAndWritesTimesAsTheJdkDoes(
            @ForAll @LongRange(min = 0, max = 253_402_300_799L) long second,
            @ForAll @IntRange(min = 0, max = 999_999_999) int nano) {
        var time = Instant.ofEpochSecond(second, nano);
        var whole = Instant.ofEpochSecond(second);

        assertThat(Times.seconds(time)).isEqualTo(whole.toString());
        assertThat(Times.instant(Times.seconds(time))).isEqualTo(whole);
        assertThat(Times.instant(Times.exact(time))).isEqualTo(time);
        assertThat(Times.instant(Times.micros(time)))
                .isEqualTo(time.truncatedTo(ChronoUnit.MICROS));
        assertThat(Times.micros(time)).hasSize("2026-11-01T09:30:00.000000Z".length());
    }

    @Example
    void refusesWhatIsNoTime() {
        for (var text :
                List.of(
                        "",
                        "2026-11-01",
                        "2026-13-01T00:00:00Z",
                        "2026-11-01 00:00:00Z",
                        "2026-11-01T24:00:00Z",
                        "2o26-11-01T00:00:00Z",
                        "2026-11-01T00:00:00")) {
            assertThatExceptionOfType(DateTimeException.class)
                    .as(text)
                    .isThrownBy(() -> Times.instant(text));
        }
        assertThat(Times.instant("2026-11-01T02:00:00+02:00"))
                .isEqualTo(Times.instant("2026-11-01T00:00:00Z"));
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
