package io.mivaa.batch.intake.document;

import io.mivaa.batch.job.JobId;
import io.mivaa.batch.job.acceptance.NewDocument;
import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.secrets.Secrets;
import java.util.List;
import java.util.stream.IntStream;

/** A password that the database stores only sealed. */
public record KeptPassword(Password password, Secrets secrets) implements NewDocument.Password {

    @Override
    public String sealedFor(JobId job) {
        return secrets.seal(password.value(), job.toString());
    }

    @Override
    public List<String> marks() {
        return IntStream.range(0, secrets.keys())
                .mapToObj(key -> secrets.mark(password.value(), key))
                .toList();
    }
}
