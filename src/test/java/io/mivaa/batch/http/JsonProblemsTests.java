package io.mivaa.batch.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.mock.http.MockHttpInputMessage;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class JsonProblemsTests {

    private static final String SECRET = "the-secret-of-the-caller";

    private final JsonMapper json = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    record Thing(
            @Nullable Integer number,
            @Nullable List<Thing> parts,
            @Nullable Map<String, Thing> named) {
        Thing {
            if (number != null && number < 0) {
                throw new IllegalArgumentException("A number is not negative.");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"colour\": 1} | unknown-field | /base/colour",
                "{\"parts\": [{}, {\"a~/b\": 1}]} | unknown-field | /base/parts/1/a~0~1b",
                "{\"number\": \"the-secret-of-the-caller\"} | invalid-value | /base/number",
                "{\"parts\": [{\"number\": -1}]} | invalid-value | /base/parts/0",
                "{\"parts\": 7} | invalid-value | /base/parts",
                "{\"named\": {\"x\": 7}} | invalid-value | /base/named/x",
                "[] | invalid-value | /base",
            })
    void pointsAtTheFieldWithoutQuotingItsValue(String body, String code, String pointer) {
        Problem.Invalid invalid = invalid(problem(body));

        assertThat(invalid.code()).isEqualTo(code);
        assertThat(invalid.pointer()).isEqualTo(pointer);
        assertThat(invalid.detail()).isNotBlank().doesNotContain(SECRET);
    }

    @Test
    void tellsTheSentenceOfAValueThatRefusesItself() {
        assertThat(invalid(problem("{\"number\": -1}")).detail()).isEqualTo("A number is not negative.");
    }

    @Test
    void tellsWhereTheJsonIsBroken() {
        Problem problem = problem("{\n\"number\": " + SECRET + "}");

        assertThat(problem.code()).isEqualTo("malformed-request");
        assertThat(problem.getBody().getDetail()).contains("line 2, column").doesNotContain(SECRET);
    }

    @Test
    void tellsThatTheJsonIsNestedTooDeeply() {
        Problem problem = problem("{\"named\": {\"x\": ".repeat(400));

        assertThat(problem.code()).isEqualTo("malformed-request");
        assertThat(problem.getBody().getDetail()).contains("nested");
    }

    @Test
    void tellsThatABodyIsMissing() {
        var failure = new HttpMessageNotReadableException(SECRET, new MockHttpInputMessage(new byte[0]));

        assertThat(JsonProblems.of(failure).code()).isEqualTo("malformed-request");
        assertThat(JsonProblems.of(failure).getBody().getDetail()).doesNotContain(SECRET);
    }

    @Test
    void showsOnlyTheStartOfALongName() {
        assertThat(JsonProblems.step("x".repeat(100))).isEqualTo("/" + "x".repeat(100));
        assertThat(JsonProblems.step("x".repeat(101))).isEqualTo("/" + "x".repeat(100) + "…");
        assertThat(JsonProblems.shown("x".repeat(99) + "😀😀")).isEqualTo("x".repeat(99) + "…");
    }

    @Test
    void namesTheLineUnlessThePlaceIsKnown() {
        assertThat(invalid(Problem.conflict("c", "Detail.").at("/7")).pointer()).isEqualTo("/7");
        assertThat(invalid(Problem.invalid("/a", "c", "Detail.").at("/7")).pointer())
                .isEqualTo("/a");
    }

    private Problem problem(String body) {
        try {
            json.readValue(body, Thing.class);
        } catch (JacksonException e) {
            return JsonProblems.of(e, "/base");
        }
        throw new AssertionError("nothing is wrong with " + body);
    }

    private static Problem.Invalid invalid(Problem problem) {
        List<?> errors = (List<?>) Objects.requireNonNull(
                Objects.requireNonNull(problem.getBody().getProperties()).get("errors"), problem.toString());
        return (Problem.Invalid) errors.get(0);
    }
}
