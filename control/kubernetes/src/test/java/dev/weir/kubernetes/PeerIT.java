package dev.weir.kubernetes;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.condition.EnabledIfEnvironmentVariable;

/// The contract on any Kubernetes that `WEIR_TEST_KUBECONFIG` names.
@EnabledIfEnvironmentVariable(
        named = "WEIR_TEST_KUBECONFIG",
        matches = ".+",
        disabledReason =
                "set WEIR_TEST_KUBECONFIG to the kubeconfig of a Kubernetes to test against")
class PeerIT extends ClientContract {
    @Override
    Connection connection() {
        var file = Path.of(System.getenv("WEIR_TEST_KUBECONFIG"));
        return Kubeconfig.load(List.of(file)).connection();
    }
}
