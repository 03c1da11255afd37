package io.mivaa.batch.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.BatchState;
import io.mivaa.batch.job.JobState;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class StateMachineDocumentationTests {

    private static final Pattern ARROW = Pattern.compile("(\\w+|\\[\\*]) --> (\\w+|\\[\\*])");

    private final List<Markdown.Block> diagrams =
            Markdown.of("docs/state-machine.md").blocks();

    @Test
    void drawsTheMovesOfAJobAsTheCodeAllowsThem() {
        Set<String> allowed = new TreeSet<>();
        for (JobState from : JobState.values()) {
            from.successors().forEach(to -> allowed.add(from + " --> " + to));
        }

        assertThat(arrows(diagrams.get(0))).isEqualTo(allowed);
    }

    @Test
    void drawsEveryStateOfABatchAndNoOther() {
        assertThat(states(diagrams.get(1)))
                .isEqualTo(Arrays.stream(BatchState.values()).map(Enum::name).collect(Collectors.toSet()));
    }

    private static Set<String> arrows(Markdown.Block diagram) {
        return ARROW.matcher(diagram.text())
                .results()
                .filter(arrow -> !arrow.group().contains("[*]"))
                .map(arrow -> arrow.group(1) + " --> " + arrow.group(2))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<String> states(Markdown.Block diagram) {
        Set<String> states = new TreeSet<>();
        for (Matcher arrow = ARROW.matcher(diagram.text()); arrow.find(); ) {
            states.add(arrow.group(1));
            states.add(arrow.group(2));
        }
        states.remove("[*]");
        return states;
    }
}
