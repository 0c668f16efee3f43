package dev.weir.resource;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class StatusTest {
    @Test
    void saysWhatKubernetesSays() {
        assertThat(StatusException.notFound("payments.weir.dev", "riskpolicies", "x"))
                .hasMessage("riskpolicies.payments.weir.dev \"x\" not found");
        assertThat(StatusException.alreadyExists("", "configmaps", "c"))
                .hasMessage("configmaps \"c\" already exists");
        var one = new Status.Cause("FieldValueRequired", "Required value", "spec.a");
        var two = new Status.Cause("FieldValueInvalid", "Invalid value: 0", "spec.b");
        assertThat(StatusException.invalid("g.io", "K", "n", List.of(one)))
                .hasMessage("K.g.io \"n\" is invalid: spec.a: Required value");
        assertThat(StatusException.invalid("g.io", "K", "n", List.of(one, two)))
                .hasMessage(
                        "K.g.io \"n\" is invalid: [spec.a: Required value, spec.b: Invalid value: 0]");
    }

    @Test
    void readsBackWhatItWrote() {
        var cause = new Status.Cause("FieldValueInvalid", "Invalid value: 0", "spec.b");
        var status =
                new Status(422, Status.Reason.Invalid, "no", "g.io", "K", "n", List.of(cause), 3);
        assertThat(Status.of(Json.parse(status.json().bytes()).asObject())).isEqualTo(status);
    }
}
