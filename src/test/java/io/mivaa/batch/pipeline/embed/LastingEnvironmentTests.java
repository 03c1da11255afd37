package io.mivaa.batch.pipeline.embed;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LastingEnvironmentTests {

    @Test
    void holdsAReferenceThatTheShutdownHookOfTheLibraryDoesNotFree() {
        assertThat(LastingEnvironment.get()).isNotNull();
        assertThat(LastingEnvironment.keep()).isTrue();
    }
}
