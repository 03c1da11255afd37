package io.mivaa.batch.documentation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.FailureClass;
import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** docs/api.md knows every code that a client can meet, and tells of none that is not there. */
class CodesDocumentationTests {

    /** A call that takes a code, up to the end of its statement or of an enclosing expression. */
    private static final Pattern CALL = Pattern.compile(
            "(?:Problem\\.(?:of|invalid|conflict)|new Problem\\.Invalid|Failure\\.invalidInput|new Failure|new Rejected"
                    + "|new TransientFailure|super|CRASH|new Warning|warn|malformed|mismatch)\\(|\\bof\\(HttpStatus");

    private static final Pattern LITERAL = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern CODE = Pattern.compile("[a-z]+(-[a-z]+)+|internal|unauthenticated|forbidden|disk");
    private static final Pattern IN_CODE_MARKS = Pattern.compile("`([^`]+)`");
    private static final Pattern NOT_FOUND = Pattern.compile("Problem\\.notFound\\(\"([a-z]+)\"\\)");
    private static final Pattern OF_STATUS = Pattern.compile("(?m)^\\s+\\d{3}, \"([a-z-]+)\"");
    private static final Pattern IN_SQL = Pattern.compile("(?:error_code = |then )'([a-z]+(?:-[a-z]+)*)'");

    private final Markdown document = Markdown.of("docs/api.md");

    @Test
    void namesEveryCodeAndNoOther() {
        assertThat(documented()).containsExactlyInAnyOrderElementsOf(inTheCode());
    }

    @Test
    void namesEveryClassOfFailure() {
        assertThat(Arrays.stream(FailureClass.values()).map(Enum::name))
                .allSatisfy(
                        name -> assertThat(document.rows(name + "`")).as(name).hasSize(1));
    }

    private static Set<String> inTheCode() {
        Set<String> codes = new TreeSet<>(Set.of("error"));
        for (String source : Settings.sources()) {
            for (Matcher call = CALL.matcher(source); call.find(); ) {
                codes.addAll(codes(arguments(source, call.end())));
            }
            NOT_FOUND.matcher(source).results().forEach(found -> codes.add(found.group(1) + "-not-found"));
            IN_SQL.matcher(source).results().forEach(found -> codes.add(found.group(1)));
            if (source.contains("class ProblemAdvice")) {
                OF_STATUS.matcher(source).results().forEach(found -> codes.add(found.group(1)));
            }
        }
        return codes;
    }

    private static Set<String> codes(String arguments) {
        Set<String> codes = new TreeSet<>();
        LITERAL.matcher(arguments)
                .results()
                .map(literal -> literal.group(1))
                .filter(literal -> CODE.matcher(literal).matches())
                .forEach(codes::add);
        return codes;
    }

    /** Up to the bracket that closes the call; brackets within strings come in pairs. */
    private static String arguments(String source, int start) {
        int depth = 1;
        int end = start;
        while (depth > 0) {
            char c = source.charAt(end++);
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
        }
        return source.substring(start, end);
    }

    /** All that stands in code marks from the chapter on codes to the end and looks like one. */
    private Set<String> documented() {
        Set<String> codes = new TreeSet<>();
        String chapters = document.text().substring(document.text().indexOf("## Problem codes"));
        IN_CODE_MARKS
                .matcher(chapters)
                .results()
                .map(found -> found.group(1))
                .filter(text -> CODE.matcher(text).matches() || text.matches("cancelled|unavailable|error"))
                .forEach(codes::add);
        return codes;
    }
}
