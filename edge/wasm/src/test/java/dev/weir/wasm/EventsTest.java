package dev.weir.wasm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A recording of the JDK's tells what guests did.
class EventsTest {
    private static final String GUEST =
            """
            (module $recorded
              (memory 1 3)
              (func $one (export "one") (result i32) (i32.const 1))
              (func $loop (export "loop") (param i32)
                (loop $l (br_if $l (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))
              (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
              (func $bad unreachable)
              (func $outer (export "outer") (call $bad)))
            """;

    @Test
    void aRecordingHasWhatGuestsDid(@TempDir Path folder) throws IOException {
        var file = folder.resolve("guest.jfr");
        try (var recording = new Recording()) {
            recording.start();
            var engine = Engine.create();
            var instance =
                    Instance.of(Store.of(engine, Limits.DEFAULT), Module.parseText(engine, GUEST));
            instance.func("loop").call(300_000);
            for (int i = 0; i < 600; i++) {
                instance.func("one").call();
            }
            assertThat(instance.func("grow").call(2)).containsExactly(1);
            assertThat(instance.func("grow").call(1)).containsExactly(-1);
            assertThatThrownBy(() -> instance.func("outer").call())
                    .isInstanceOf(TrapException.class);
            recording.stop();
            recording.dump(file);
        }
        var events =
                RecordingFile.readAllEvents(file).stream()
                        .filter(event -> event.getEventType().getName().startsWith("dev.weir.wasm"))
                        .toList();

        var compiled = of(events, "Compile");
        assertThat(compiled).extracting(event -> event.getBoolean("loop")).contains(true, false);
        for (var event : compiled) {
            assertThat(event.getString("module")).isEqualTo("recorded");
            assertThat(event.getInt("bytes")).isGreaterThan(100);
            assertThat(event.getDuration()).isPositive();
        }
        var whole = compiled.stream().filter(event -> !event.getBoolean("loop")).toList();
        assertThat(whole).hasSize(1);
        assertThat(whole.getFirst().getInt("functions")).isEqualTo(5);

        assertThat(of(events, "TierUp"))
                .extracting(event -> event.getString("function") + event.getBoolean("loop"))
                .contains("recorded.onefalse", "recorded.looptrue");

        assertThat(of(events, "Grow"))
                .extracting(
                        event -> event.getLong("before"),
                        event -> event.getLong("more"),
                        event -> event.getBoolean("refused"))
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1L, 2L, false),
                        org.assertj.core.groups.Tuple.tuple(3L, 1L, true));

        var traps = of(events, "Trap");
        assertThat(traps).hasSize(1);
        assertThat(traps.getFirst().getString("code")).isEqualTo("UNREACHABLE");
        assertThat(traps.getFirst().getString("trace")).isEqualTo("recorded.bad\nrecorded.outer");
    }

    private static List<RecordedEvent> of(List<RecordedEvent> events, String name) {
        return events.stream()
                .filter(event -> event.getEventType().getName().equals("dev.weir.wasm." + name))
                .toList();
    }
}
