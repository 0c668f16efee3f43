package dev.weir.conformance;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.ArchConfiguration;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.conditions.ArchConditions;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// The rule of the house in the compiled classes, and what libraries must not do.
class LayerTest {
    private static final DescribedPredicate<JavaClass> OURS = resideInAPackage("dev.weir..");
    private static final DescribedPredicate<JavaClass> VOCABULARY =
            resideInAPackage("dev.weir.resource..");

    private static JavaClasses all;

    @BeforeAll
    static void read() throws IOException {
        // Classes of others are known by name only: following them takes most of the time.
        ArchConfiguration.get().setResolveMissingDependenciesFromClassPath(false);
        all =
                new ClassFileImporter()
                        .importPaths(
                                folders("").stream()
                                        .map(f -> HouseTest.ROOT.resolve(f + "/target/classes"))
                                        .toList());
    }

    @Test
    void theVocabularyKnowsNobody() throws IOException {
        holds(
                compiled("control/resource"),
                noClasses().should().dependOnClassesThat(OURS.and(not(VOCABULARY))));
    }

    @Test
    void controlDependsOnControlOnly() throws IOException {
        var control =
                resideInAnyPackage(
                        folders("control/").stream().map(LayerTest::home).toArray(String[]::new));
        holds(
                compiled("control/"),
                noClasses().should().dependOnClassesThat(OURS.and(not(control))));
    }

    @Test
    void librariesDoNotKnowThePrograms() throws IOException {
        var programs =
                resideInAnyPackage(
                        Stream.concat(folders("app/").stream(), folders("examples/").stream())
                                .map(LayerTest::home)
                                .toArray(String[]::new));
        holds(libraries(), noClasses().should().dependOnClassesThat(programs));
    }

    @Test
    void onlyTypesOfExportedPackagesArePublicInAModulesOwnPackage() throws IOException {
        for (var folder : folders("")) {
            var exported = new ArrayList<String>();
            for (var line :
                    Files.readAllLines(HouseTest.ROOT.resolve(folder + "/" + HouseTest.INFO))) {
                if (line.strip().startsWith("exports ")) {
                    exported.add(line.strip().split("[ ;]")[1]);
                }
            }
            holds(
                    compiled(folder),
                    noClasses()
                            .that()
                            .resideOutsideOfPackages(exported.toArray(String[]::new))
                            .and()
                            .resideInAPackage(home(folder).replace("..", ""))
                            .and(not(main()))
                            .should()
                            .bePublic()
                            .allowEmptyShould(true));
        }
    }

    private static DescribedPredicate<JavaClass> main() {
        return DescribedPredicate.describe(
                "are started by the launcher",
                type -> type.tryGetMethod("main", String[].class).isPresent());
    }

    @Test
    void librariesReadNoEnvironmentAndPrintNothing() throws IOException {
        holds(
                libraries(),
                noClasses()
                        .that()
                        // OpenTelemetry's exporter `console` is one that prints.
                        .doNotHaveFullyQualifiedName("dev.weir.telemetry.otlp.Console")
                        // Its settings are the environment's, by its specification.
                        .and()
                        .doNotHaveFullyQualifiedName("dev.weir.telemetry.Surroundings$OfProcess")
                        .should()
                        .callMethod(System.class, "getenv", String.class)
                        .orShould()
                        .callMethod(System.class, "getenv")
                        .orShould()
                        .accessField(System.class, "out")
                        .orShould()
                        .accessField(System.class, "err"));
    }

    @Test
    void nothingNativeAndNothingUnsafe() throws IOException {
        holds(
                compiled(""),
                noClasses()
                        .should()
                        .callMethod(System.class, "loadLibrary", String.class)
                        .orShould()
                        .callMethod(System.class, "load", String.class)
                        .orShould()
                        .dependOnClassesThat(resideInAnyPackage("sun..", "jdk.internal..")));
    }

    @Test
    void publicErrorsAreUnchecked() throws IOException {
        var checked = List.of("java.lang.Exception", "java.lang.Throwable", "java.io.IOException");
        var isChecked =
                DescribedPredicate.<JavaClass>describe(
                        "checked",
                        type ->
                                type.getRawSuperclass()
                                        .filter(above -> checked.contains(above.getName()))
                                        .isPresent());
        holds(libraries(), noClasses().that().arePublic().should(ArchConditions.be(isChecked)));
    }

    @Test
    void typesAreNamedAfterTheDomain() throws IOException {
        holds(
                compiled(""),
                noClasses()
                        .should()
                        .haveNameMatching(".*(Util|Utils|Helper|Helpers|Impl|Common|Misc)"));
    }

    @Test
    void staticStateIsFinal() throws IOException {
        holds(
                libraries(),
                noFields()
                        .that()
                        .areStatic()
                        .and(
                                DescribedPredicate.describe(
                                        "were written by hand",
                                        field ->
                                                !field.getModifiers()
                                                        .contains(JavaModifier.SYNTHETIC)))
                        .should()
                        .notBeFinal());
    }

    /// The rule, and that there is something that it is held against.
    private static void holds(JavaClasses classes, ArchRule rule) {
        assertThat(classes).isNotEmpty();
        rule.check(classes);
    }

    private static JavaClasses libraries() throws IOException {
        return compiled("control/", "observe/", "secure/", "edge/", "flow/");
    }

    /// The compiled classes of the modules whose folders begin with one of these.
    private static JavaClasses compiled(String... prefixes) throws IOException {
        var homes = new ArrayList<String>();
        for (var prefix : prefixes) {
            folders(prefix).forEach(folder -> homes.add(home(folder)));
        }
        return all.that(resideInAnyPackage(homes.toArray(String[]::new)));
    }

    /// Modules that were compiled: building some of them leaves the others out.
    private static List<String> folders(String prefix) throws IOException {
        return HouseTest.modules().stream()
                .filter(folder -> folder.startsWith(prefix))
                .filter(folder -> Files.exists(HouseTest.ROOT.resolve(folder + "/target/classes")))
                .toList();
    }

    private static String home(String folder) {
        return "dev.weir." + folder.substring(folder.indexOf('/') + 1) + "..";
    }
}
