package io.mivaa.batch.results.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class PgvectorTests {

    @Test
    void triesTheStatementsThatSearchUses() {
        assertThat(Pgvector.trial()).contains(" order by (v.embedding::vector(3)) <=> '[1,0,0]'::vector(3) limit 1");
    }

    @Test
    void usesOnlyVersionsThatContinueASearchAfterAFilter() {
        assertThat(List.of("0.8.0", "0.8.1", "0.10.0", "1.0.0")).allMatch(Pgvector::isRecent);
        assertThat(List.of("0.7.4", "0.5.0")).noneMatch(Pgvector::isRecent);
    }
}
