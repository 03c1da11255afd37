package io.mivaa.batch.intake;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.mivaa.batch.intake.body.Submission;
import io.mivaa.batch.intake.document.Spool;
import io.mivaa.batch.job.acceptance.NewDocument;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * A request with an Idempotency-Key.
 *
 * @param fingerprints SHA-256 digests that identify the content of the request, one for each key that marks passwords:
 *     the request is recognised even after the keys have been rotated. The first one is stored
 */
record IdempotentRequest(String key, List<String> fingerprints) {

    static IdempotentRequest of(String key, Submission submission, JsonMapper json) {
        int marks = submission.documents().stream()
                .flatMap(document -> Stream.ofNullable(document.password()))
                .mapToInt(password -> password.marks().size())
                .max()
                .orElse(1);
        return new IdempotentRequest(
                key,
                IntStream.range(0, marks)
                        .mapToObj(mark -> fingerprint(submission, mark, json))
                        .toList());
    }

    /** Covers the meaning of the request, not its bytes: a multipart body with another boundary is the same request. */
    private static String fingerprint(Submission submission, int mark, JsonMapper json) {
        MessageDigest digest = Spool.sha256();
        digest.update(json.writeValueAsBytes(submission.options()));
        submission.documents().forEach(document -> update(digest, document, mark));
        return HexFormat.of().formatHex(digest.digest());
    }

    /**
     * Includes the mark of a password, because anyone who reads the database could guess a password from a plain hash.
     */
    private static void update(MessageDigest digest, NewDocument document, int mark) {
        String line = String.join(
                "\u0000",
                String.valueOf(document.externalId()),
                document.filename(),
                String.valueOf(document.declaredType()),
                document.metadata(),
                document.sha256(),
                "\n");
        digest.update(line.getBytes(UTF_8));
        if (document.password() != null) {
            digest.update(document.password().marks().get(mark).getBytes(UTF_8));
        }
    }
}
