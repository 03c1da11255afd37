package io.mivaa.batch.pipeline.parse;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.pipeline.Formats;
import io.mivaa.batch.pipeline.Parser;
import io.mivaa.batch.pipeline.parse.pdf.ocr.OcrSettings;
import io.mivaa.batch.pipeline.parse.source.ContainerSettings;
import io.mivaa.batch.pipeline.parse.source.ParseSettings;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;

class ParseConfigurationTests {

    @EnableConfigurationProperties({ParseSettings.class, ContainerSettings.class, OcrSettings.class})
    static class Settings {}

    private final ApplicationContextRunner context =
            new ApplicationContextRunner().withUserConfiguration(ParseConfiguration.class, Settings.class);

    @SuppressWarnings("unchecked")
    private static List<Parser> parsers(ApplicationContext started) {
        return started.getBean("parsers", List.class);
    }

    @Test
    void readsEachSupportedTypeWithExactlyOneParser() {
        context.run(started -> {
            List<String> types = parsers(started).stream()
                    .flatMap(parser -> parser.mediaTypes().stream())
                    .toList();

            assertThat(types)
                    .doesNotHaveDuplicates()
                    .containsExactlyInAnyOrderElementsOf(
                            started.getBean(Formats.class).supported())
                    .contains("application/pdf", "text/markdown", "text/html", "application/vnd.mivaa+json");
        });
    }

    @Test
    void refusesTooLittleMemoryForAPdf() {
        context.withPropertyValues("mivaa.parse.pdf-memory=1KB")
                .run(started -> assertThat(started).hasFailed());
    }

    @Test
    void refusesContainersWithoutRoom() {
        for (String wrong : List.of(
                "max-inflated=0B",
                "max-ratio=0",
                "max-entries=0",
                "max-cells=0",
                "max-attachments=-1",
                "max-nesting=-1",
                "max-nesting=9")) {
            context.withPropertyValues("mivaa.parse.container." + wrong)
                    .run(started -> assertThat(started).hasFailed());
        }
    }
}
