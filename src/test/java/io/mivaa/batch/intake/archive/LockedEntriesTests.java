package io.mivaa.batch.intake.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import net.lingala.zip4j.exception.ZipException;
import org.junit.jupiter.api.Test;

class LockedEntriesTests {

    @Test
    void tellAWrongPasswordFromDamage() {
        var wrong = new ZipException("wrong", ZipException.Type.WRONG_PASSWORD);
        var damaged = new ZipException("checksum", ZipException.Type.CHECKSUM_MISMATCH);
        var unreadable = new IOException("disk");

        assertThatThrownBy(() -> LockedEntries.cause(wrong)).isInstanceOf(ArchiveEntries.WrongPassword.class);
        assertThat(LockedEntries.cause(damaged)).isSameAs(damaged);
        assertThat(LockedEntries.cause(unreadable)).isSameAs(unreadable);
    }
}
