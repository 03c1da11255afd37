package io.mivaa.batch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noFields;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.CompositeArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.modulith.core.ApplicationModules;
import org.springframework.modulith.docs.Documenter;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.ControllerAdvice;

/**
 * The map of the application is true.
 *
 * <p>The rules name packages as {@code io.mivaa.*.<module>}, so that {@link ArchitectureRulesTests} can apply them to
 * the violations planted under {@code io.mivaa.planted} and see each of them fail.
 */
@AnalyzeClasses(packages = "io.mivaa.batch", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTests {

    private static final ApplicationModules MODULES = ApplicationModules.of(MivaaBatchApplication.class);

    @Test
    void modulesKeepTheirDeclaredDependencies() {
        MODULES.verify();
    }

    @Test
    void aDiagramIsDrawnOfEveryModule(@TempDir Path folder) {
        new Documenter(MODULES, Documenter.Options.defaults().withOutputFolder(folder.toString()))
                .writeModulesAsPlantUml()
                .writeIndividualModulesAsPlantUml();

        assertThat(folder.resolve("components.puml")).isNotEmptyFile();
        assertThat(MODULES)
                .allSatisfy(
                        module -> assertThat(Files.exists(folder.resolve("module-" + module.getIdentifier() + ".puml")))
                                .isTrue());
    }

    @ArchTest
    static final ArchRule namesSayWhatThingsAre = noClasses()
            .should()
            .haveNameMatching(".*(Impl|Utils?|Helper|Manager|DTO|Dto|AbstractService|ServiceFacade)")
            .because("a name says what the thing is, not which layer it sits in");

    @ArchTest
    static final ArchRule packagesAreConcepts = noClasses()
            .should()
            .resideInAnyPackage(
                    "..common..",
                    "..config..",
                    "..controller..",
                    "..dto..",
                    "..helper..",
                    "..impl..",
                    "..model..",
                    "..service..",
                    "..util..",
                    "..utils..")
            .because("a package holds what belongs to one concept, not what has one technical form");

    @ArchTest
    static final ArchRule controllersArePackagePrivate = classes()
            .that()
            .areMetaAnnotatedWith(Controller.class)
            .or()
            .areMetaAnnotatedWith(ControllerAdvice.class)
            .should()
            .bePackagePrivate()
            .allowEmptyShould(true)
            .because("nothing in the application calls a controller");

    @ArchTest
    static final ArchRule noFieldIsInjected = noFields()
            .should()
            .beAnnotatedWith(Autowired.class)
            .orShould()
            .beAnnotatedWith(Value.class)
            .because("what a class needs stands in its constructor");

    @ArchTest
    static final ArchRule onlyTheQueueKnowsRedis = noClasses()
            .that()
            .resideOutsideOfPackages(module("queue"), module("throttle"), module("embedded"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.springframework.data.redis..", "io.lettuce..")
            .because("Redis holds hints and buckets, and their keys are known in one place");

    @ArchTest
    static final ArchRule onlyEmbeddedStartsServers = noClasses()
            .that()
            .resideOutsideOfPackage(module("embedded"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("redis.embedded..", "io.zonky..")
            .because("everything else works the same on a server that somebody else runs");

    @ArchTest
    static final ArchRule onlyTheWorkerKnowsRetries = noClasses()
            .that()
            .resideOutsideOfPackage(module("worker"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.github.resilience4j..")
            .because("whether to try again is decided where an attempt is settled");

    @ArchTest
    static final ArchRule thePipelineIsPure = noClasses()
            .that()
            .resideInAPackage(module("pipeline"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "io.github.resilience4j..",
                    "io.lettuce..",
                    "jakarta.servlet..",
                    "java.sql..",
                    "javax.sql..",
                    "org.springframework.data..",
                    "org.springframework.jdbc..",
                    "org.springframework.web..")
            .because("a document is transformed the same way with no queue, no database and no web around it");

    /** The rooms of the parsers from top to bottom: each uses only rooms in the lines below its own. */
    private static final List<List<String>> ROOMS_OF_PARSERS = List.of(
            List.of("legacy"),
            List.of("ooxml", "odf", "rtf", "mail", "mivaa"),
            List.of("office"),
            List.of("pdf", "html", "text"),
            List.of("source"),
            List.of("page"));

    @ArchTest
    static void everyRoomOfParsersHasItsLine(JavaClasses classes) {
        String parsers = "io.mivaa.batch.pipeline.parse.";
        assertThat(classes.stream()
                        .map(JavaClass::getPackageName)
                        .filter(name -> name.startsWith(parsers))
                        .map(name -> name.substring(parsers.length()).replaceFirst("\\..*", ""))
                        .distinct())
                .containsExactlyInAnyOrderElementsOf(
                        ROOMS_OF_PARSERS.stream().flatMap(List::stream).toList());
    }

    @ArchTest
    static final ArchRule parsersUseOnlyRoomsBelowThem =
            CompositeArchRule.of(IntStream.range(0, ROOMS_OF_PARSERS.size())
                    .boxed()
                    .flatMap(line -> ROOMS_OF_PARSERS.get(line).stream().map(room -> usesOnlyRoomsBelow(line, room)))
                    .toList());

    @ArchTest
    static final ArchRule nothingDependsOnTheEdges = CompositeArchRule.of(
            List.of(isAnEdge("intake"), isAnEdge("worker"), isAnEdge("commandline"), isAnEdge("dashboard")));

    @ArchTest
    static final ArchRule timeComesFromTheClock = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(MivaaBatchApplication.class.getName())
            .should()
            .accessTargetWhere(readsTheWallClock())
            .because("a test moves the clock; only the application chooses which one it is");

    /** By the simple names of those that may, each for its reason. */
    private static final Set<String> KNOW_THE_CLOCK = Set.of(
            // Makes it.
            "MivaaBatchApplication",
            // Asks how old temporary files are: an hour at least before one is removed.
            "ExpiredFiles",
            // Give it to the breakers as one that goes on from its first reading, whoever sets the machine's clock.
            "WorkerConfiguration",
            "SteadyClock",
            "ProviderGates",
            "ProviderGate");

    @ArchTest
    static final ArchRule theClockDecidesNothing = noClasses()
            .that(describe("have no reason to", type -> !KNOW_THE_CLOCK.contains(topLevel(type))))
            .should()
            .dependOnClassesThat()
            .areAssignableTo(Clock.class)
            .because("what is due, late or dead is decided by PostgreSQL's clock, durations by the monotonic one:"
                    + " an instance whose clock is wrong does as the others do");

    @ArchTest
    static final ArchRule noPackageCycles =
            slices().matching("io.mivaa.(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule everyPackageIsNullMarked = classes()
            .should(new ArchCondition<>("live in a @NullMarked package") {
                @Override
                public void check(JavaClass item, ConditionEvents events) {
                    if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
                        events.add(SimpleConditionEvent.violated(
                                item, item.getName() + " is not in a @NullMarked package"));
                    }
                }
            });

    private static String topLevel(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTests::topLevel).orElse(type.getSimpleName());
    }

    private static String module(String name) {
        return "io.mivaa.*." + name + "..";
    }

    private static ArchRule usesOnlyRoomsBelow(int line, String room) {
        Stream<String> notBelow = ROOMS_OF_PARSERS.subList(0, line + 1).stream()
                .flatMap(List::stream)
                .filter(other -> !other.equals(room))
                .map(other -> module("pipeline.parse." + other));
        return noClasses()
                .that()
                .resideInAPackage(module("pipeline.parse." + room))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(Stream.concat(Stream.of("io.mivaa.*.pipeline.parse"), notBelow)
                        .toArray(String[]::new))
                .allowEmptyShould(true)
                .because("the readers of a format know neither other formats nor who chose them");
    }

    private static ArchRule isAnEdge(String name) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(module(name))
                .should()
                .dependOnClassesThat()
                .resideInAPackage(module(name))
                .because(name + " drives the others and is driven by none");
    }

    /** Calls and method references alike: {@code Instant.now()}, {@code Instant::now}, {@code new Date()} … */
    private static DescribedPredicate<JavaAccess<?>> readsTheWallClock() {
        return describe("the wall clock is read", access -> {
            AccessTarget target = access.getTarget();
            JavaClass owner = target.getOwner();
            return switch (target.getName()) {
                case "currentTimeMillis" -> owner.isEquivalentTo(System.class);
                case "now" -> owner.getPackageName().startsWith("java.time") && !takesAClock(target);
                case "<init>" -> owner.isEquivalentTo(Date.class) && hasNoParameters(target);
                default -> owner.isEquivalentTo(Clock.class) && target.getName().startsWith("system");
            };
        });
    }

    private static boolean takesAClock(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget unit
                && unit.getRawParameterTypes().stream().anyMatch(type -> type.isEquivalentTo(Clock.class));
    }

    private static boolean hasNoParameters(AccessTarget target) {
        return target instanceof AccessTarget.CodeUnitAccessTarget unit
                && unit.getRawParameterTypes().isEmpty();
    }
}
