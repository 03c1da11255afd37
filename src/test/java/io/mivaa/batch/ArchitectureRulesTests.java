package io.mivaa.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.modulith.core.ApplicationModules;

/** The rules of {@link ArchitectureTests} can fail: each finds exactly what was planted for it. */
class ArchitectureRulesTests {

    private static final String PLANTED = "io.mivaa.planted";
    private static final ImportOption EVERYTHING = location -> true;
    private static final JavaClasses CLASSES = new ClassFileImporter().importPackages(PLANTED);

    static List<Arguments> rules() {
        return List.of(
                arguments("namesSayWhatThingsAre", Set.of("job.JobManager")),
                arguments("packagesAreConcepts", Set.of("results.util.Drawer")),
                arguments("controllersArePackagePrivate", Set.of("intake.PublicController")),
                arguments("noFieldIsInjected", Set.of("intake.PublicController")),
                arguments("onlyTheQueueKnowsRedis", Set.of("results.RedisCache")),
                arguments("onlyEmbeddedStartsServers", Set.of("results.OwnServer")),
                arguments("onlyTheWorkerKnowsRetries", Set.of("results.RetryingStore")),
                arguments("thePipelineIsPure", Set.of("pipeline.ImpureStep")),
                arguments(
                        "parsersUseOnlyRoomsBelowThem",
                        Set.of(
                                "pipeline.parse.page.LooksUp",
                                "pipeline.parse.html.LooksAside",
                                "pipeline.parse.source.LooksAtTheTop")),
                arguments("nothingDependsOnTheEdges", Set.of("job.DrivesTheWorker")),
                arguments("timeComesFromTheClock", Set.of("job.WallClock")),
                arguments("theClockDecidesNothing", Set.of("job.WallClock", "job.Work")),
                arguments("noPackageCycles", Set.of("progress.eta.Estimate", "progress.feed.Feed")),
                arguments("everyPackageIsNullMarked", Set.of("unmarked.Unmarked")));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void findsWhatWasPlantedAndNothingElse(String rule, Set<String> violators) throws Exception {
        assertThat(blamed(ruleNamed(rule))).isEqualTo(new TreeSet<>(violators));
    }

    @Test
    void everyRuleIsTried() {
        var declared = Arrays.stream(ArchitectureTests.class.getDeclaredFields())
                .filter(field -> field.isAnnotationPresent(ArchTest.class))
                .map(field -> field.getName());

        assertThat(rules().stream().map(rule -> rule.get()[0])).containsExactlyInAnyOrderElementsOf(declared.toList());
    }

    @Test
    void everyWayToReadTheWallClockIsFound() throws Exception {
        var details = ruleNamed("timeComesFromTheClock")
                .evaluate(CLASSES)
                .getFailureReport()
                .getDetails();

        assertThat(Stream.of("called()", "referred()", "inAZone()", "millis()", "own()", "old()"))
                .allSatisfy(method -> assertThat(details).anyMatch(detail -> detail.contains("WallClock." + method)));
    }

    @Test
    void aModuleThatUsesAnotherUndeclaredIsFound() {
        var violations = ApplicationModules.of(PLANTED, EVERYTHING).detectViolations();

        assertThat(violations.getMessages())
                .anyMatch(message -> message.contains("'job'") && message.contains("'worker'"));
    }

    private static ArchRule ruleNamed(String name) throws ReflectiveOperationException {
        return (ArchRule) ArchitectureTests.class.getDeclaredField(name).get(null);
    }

    /** The planted classes that break the rule: the first one each line of the report names is the one to blame. */
    private static Set<String> blamed(ArchRule rule) {
        Pattern name = Pattern.compile(Pattern.quote(PLANTED) + "\\.([a-z.]+\\.[A-Z]\\w*)");
        return rule.evaluate(CLASSES).getFailureReport().getDetails().stream()
                .flatMap(String::lines)
                .flatMap(line -> name.matcher(line).results().limit(1))
                .map(match -> match.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
