package dev.weir.tck;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.runner.Description;
import org.junit.runner.JUnitCore;
import org.junit.runner.notification.Failure;
import org.junit.runner.notification.RunListener;

/// Runs the TCK and prints a line for each test: `pass`, `fail` or `ignore`, the test, and why,
/// between tabs.
///
/// The coordinator is named by the system property `lra.coordinator.url`. Arguments are classes of
/// the TCK without their package, and with `#` a test of one; none for all.
public final class LraTck {
    private static final String PACKAGE = "org.eclipse.microprofile.lra.tck.";
    private static final List<String> CLASSES =
            List.of(
                    "TckCancelOnTests",
                    "TckContextTests",
                    "TckInvalidSignaturesTests",
                    "TckLRATypeTests",
                    "TckParticipantTests",
                    "TckRecoveryTests",
                    "TckTests",
                    "TckUnknownStatusTests",
                    "TckUnknownTests");

    private LraTck() {}

    /// The program.
    public static void main(String[] arguments) throws ClassNotFoundException {
        // What the tests and servers log is no result.
        var out = System.out;
        System.setOut(System.err);
        var core = new JUnitCore();
        core.addListener(new Lines(out));
        for (var each : arguments.length == 0 ? CLASSES : List.of(arguments)) {
            int at = each.indexOf('#');
            var type = Class.forName(PACKAGE + (at < 0 ? each : each.substring(0, at)));
            if (at < 0) {
                core.run(type);
            } else {
                core.run(org.junit.runner.Request.method(type, each.substring(at + 1)));
            }
        }
        out.flush();
        System.exit(0);
    }

    /// Tells a test's end in a line.
    private static final class Lines extends RunListener {
        private final PrintStream out;
        private final List<String> failed = new ArrayList<>();

        Lines(PrintStream out) {
            this.out = out;
        }

        @Override
        public void testFailure(Failure failure) {
            var test = name(failure.getDescription());
            failed.add(test);
            failure.getException().printStackTrace();
            var why = String.valueOf(failure.getException()).replaceAll("\\s+", " ");
            out.println("fail\t" + test + "\t" + why);
        }

        @Override
        public void testIgnored(Description description) {
            out.println("ignore\t" + name(description) + "\tignored by the TCK");
        }

        @Override
        public void testFinished(Description description) {
            if (!failed.contains(name(description))) {
                out.println("pass\t" + name(description) + "\t");
            }
        }

        private static String name(Description description) {
            var type = description.getTestClass().getSimpleName();
            return description.getMethodName() == null
                    ? type
                    : type + "#" + description.getMethodName();
        }
    }
}
