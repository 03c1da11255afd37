package io.mivaa.batch.results.search;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.Workspace;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.Sheet;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;

class KeywordsTests extends OnPostgres {

    @Autowired
    private JdbcTemplate template;

    @Autowired
    private Corpus corpus;

    @Test
    void aRareWordIsWorthMoreThanTwoCommonOnes() throws Exception {
        succeeded("a", "a.txt", "porous stone wall", "stone wall", "stone wall high", "wall stone low", "porous clay");

        assertThat(found(1000, "porous stone wall")).startsWith("porous stone wall", "porous clay");
    }

    @Test
    void onlyWhatIsCurrentAndOnesOwnIsCounted() throws Exception {
        succeeded("a", "old.txt", "oak oak", "oak beam", "oak floor");
        succeeded("a", "new.txt", "oak beam");
        succeeded("b", "b.txt", "beam of pine", "beam of fir");
        succeed(
                submit(new Workspace("else"), List.of(), upload("c", "c.txt")).get(0),
                Sheet.of("oak", "oak", "oak", "oak", "oak", "oak"));

        // Oak is in one chunk of three, beam in three.
        assertThat(found(1000, "oak beam")).startsWith("oak beam").hasSize(3);
        assertThat(keywords(1000)
                        .find(WORKSPACE, Query.Filter.NONE, null, "oak", 9)
                        .best()
                        .get(0)
                        .score())
                .isGreaterThan(keywords(1000)
                        .find(WORKSPACE, Query.Filter.NONE, null, "beam", 9)
                        .best()
                        .get(0)
                        .score());
    }

    @Test
    void findsTheWordsOfOtherLanguagesAsTheyStand() throws Exception {
        succeeded(
                "a",
                "a.txt",
                "Die Fliesen sind frostbeständig und rutschfest.",
                "Las baldosas cerámicas resisten la helada.",
                "Плитка не боится мороза.");

        assertThat(found(1000, "frostbeständig")).containsExactly("Die Fliesen sind frostbeständig und rutschfest.");
        assertThat(found(1000, "¿Qué baldosas cerámicas?"))
                .containsExactly("Las baldosas cerámicas resisten la helada.");
        assertThat(found(1000, "мороза")).containsExactly("Плитка не боится мороза.");
    }

    /** The context of each chunk of a sheet is its heading. */
    @Test
    void findsAChunkByTheHeadingOverIt() throws Exception {
        succeeded("a", "a.txt", "Two years from the day of purchase.");

        assertThat(found(1000, "what is on the sheets")).containsExactly("Two years from the day of purchase.");
    }

    @Test
    void looksAtNoMoreChunksThanAllowedAndAtTheRarestWordsFirst() throws Exception {
        succeeded("a", "a.txt", "wall a1", "wall b1", "wall c1", "wall d1", "wall e1 porous", "porous", "glaze wall");

        assertThat(found(3, "wall")).hasSize(3);
        assertThat(found(3, "wall porous glaze")).containsExactlyInAnyOrder("wall e1 porous", "porous", "glaze wall");
        assertThat(found(3, "wall porous glaze")).startsWith("glaze wall");
        assertThat(found(2, "wall porous glaze")).containsExactly("glaze wall");
    }

    @Test
    void marksOfTheQueryLanguageAreWordsLikeAnyOther() throws Exception {
        succeeded("a", "a.txt", "it's o'clock at C:\\temp & the|pipe");

        assertThat(found(1000, "o'clock")).hasSize(1);
        assertThat(found(1000, "C:\\temp | ' & !x:*")).hasSize(1);
    }

    @Test
    void readsFrequenciesFromTheRanksOfThisServer() {
        List<Float> ranks = template.queryForList(
                "select ts_rank('{1, 1, 1, 1}', to_tsvector('english', repeat('oak ', n)), 'oak')"
                        + " from generate_series(0, 300) as n order by n",
                Float.class);

        assertThat(ranks.stream().map(Frequency::ofRank))
                .containsExactlyElementsOf(IntStream.rangeClosed(0, 300)
                        .mapToObj(n -> Math.min(n, 255))
                        .toList());
    }

    private List<String> found(int maxCandidates, String query) {
        List<Hit.Key> keys = keywords(maxCandidates).find(WORKSPACE, Query.Filter.NONE, null, query, 10).best().stream()
                .map(Hit::key)
                .toList();
        var found = corpus.load(WORKSPACE, keys);
        return keys.stream()
                .map(key -> Objects.requireNonNull(found.get(key)).chunk().text())
                .toList();
    }

    private Keywords keywords(int maxCandidates) {
        return new Keywords(template, new SearchSettings(4, maxCandidates, Duration.ZERO));
    }
}
