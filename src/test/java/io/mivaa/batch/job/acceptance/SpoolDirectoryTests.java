package io.mivaa.batch.job.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.util.FileSystemUtils;

@ExtendWith(OutputCaptureExtension.class)
class SpoolDirectoryTests {

    private static final int SOMEBODY = 12_345;

    @TempDir
    private Path folder;

    private final List<SpoolDirectory> opened = new ArrayList<>();

    @AfterEach
    void close() throws IOException {
        for (SpoolDirectory spool : opened) {
            spool.remove();
        }
    }

    @Test
    void nobodyElseCanLookInto() throws IOException {
        Path base = folder.resolve("a").resolve("b");

        Path file = open(base).newFile(".pdf");

        assertThat(permissions(base)).isEqualTo("rwx------");
        assertThat(permissions(file.resolveSibling("."))).isEqualTo("rwx------");
        assertThat(permissions(file)).isEqualTo("rw-------");
    }

    @Test
    void refusesAFolderOfAnotherUser() throws IOException {
        Path base = Files.createDirectory(folder.resolve("theirs"));
        giveAway(base);

        assertThatThrownBy(() -> open(base))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("belongs to another user")
                .hasMessageContaining("mivaa.spool.directory");
        assertThat(base).isEmptyDirectory();
    }

    @Test
    void refusesALinkOfAnotherUser() throws IOException {
        Path base = folder.resolve("link");
        Files.createSymbolicLink(base, Files.createDirectory(folder.resolve("ours")));
        giveAway(base);

        assertThatThrownBy(() -> open(base)).isInstanceOf(IOException.class).hasMessageContaining("another user");
    }

    /** As a process of another user sees it: what it makes is its own, and only root can exchange it. */
    @Test
    void takesAFolderOfRoot() throws IOException {
        SpoolDirectory spool = open(folder);
        Path lock = spool.newFile(".pdf").resolveSibling("lock");
        giveAway(lock.resolveSibling("."));
        Files.delete(lock);

        spool.newFile(".pdf");

        assertThat(lock).exists();
    }

    @Test
    void isThereAgainAfterSomebodyRemovedItWithEverything() throws IOException {
        Path base = folder.resolve("base");
        SpoolDirectory spool = open(base);
        FileSystemUtils.deleteRecursively(base);

        Path file = spool.newFile(".pdf");

        assertThat(file).exists();
        assertThat(file.resolveSibling("lock")).exists();
        assertThat(permissions(base)).isEqualTo("rwx------");
        FileSystemUtils.deleteRecursively(base);
        assertThat(spool.usableSpace()).isPositive();
    }

    @Test
    void isLockedAgainAfterSomebodyRemovedItsLock() throws IOException {
        SpoolDirectory spool = open(folder);
        Path document = spool.newFile(".pdf");
        Path lock = document.resolveSibling("lock");
        Files.delete(lock);

        spool.newFile(".pdf");

        assertThat(lock).exists();
        assertThat(document).exists();
    }

    @Test
    void keepsItsLockYoung() throws IOException {
        SpoolDirectory spool = open(folder);
        Path lock = spool.newFile(".pdf").resolveSibling("lock");
        Files.setLastModifiedTime(lock, FileTime.from(Instant.EPOCH));

        spool.removeLeftovers(Instant.EPOCH);

        assertThat(Files.getLastModifiedTime(lock).toInstant()).isAfter(Instant.parse("2020-01-01T00:00:00Z"));
    }

    @Test
    void removesNothingThatIsNotItsKind() throws IOException {
        Path foreign = Files.createDirectory(folder.resolve("repository"));
        Files.createFile(foreign.resolve("lock"));
        Path abandoned = Files.createDirectory(folder.resolve("spool-gone"));
        Files.createFile(abandoned.resolve("lock"));
        Path notYetLocked = Files.createDirectory(folder.resolve("spool-begun"));
        Path ours = open(folder).newFile(".pdf");

        open(folder);

        assertThat(foreign).exists();
        assertThat(abandoned).doesNotExist();
        assertThat(notYetLocked).exists();
        assertThat(ours).exists();
    }

    @Test
    void leavesWhatAnotherProcessHasUntilThatIsGone() throws IOException {
        SpoolDirectory spool = open(folder);
        Path theirs;
        try (var other = SpoolOfAnotherProcess.start(folder)) {
            theirs = other.file();

            assertThat(spool.removeLeftovers(Instant.EPOCH)).isZero();
            assertThat(theirs).exists();
        }

        assertThat(spool.removeLeftovers(Instant.EPOCH)).isOne();
        assertThat(theirs.getParent()).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({"0777, true", "1777, false", "0775, false"})
    void warnsWhereEverybodyCanExchangeTheFiles(String mode, boolean warns, CapturedOutput output) throws IOException {
        Path base = Files.createDirectory(folder.resolve("shared"));
        Files.setAttribute(base, "unix:mode", Integer.parseInt(mode, 8));

        open(base);

        assertThat(output.getOut().contains("Every user of this machine can replace"))
                .isEqualTo(warns);
    }

    @Test
    void asksForNothingThatFilesDoNotHaveOnWindows(CapturedOutput output) throws IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 0777);

        assertThat(openAsOnWindows(shared).newFile(".pdf")).exists();
        assertThat(output).doesNotContain("Every user of this machine can replace");
        Path made = folder.resolve("made");
        openAsOnWindows(made);
        assertThat(permissions(made)).isEqualTo(permissions(Files.createDirectory(folder.resolve("usual"))));
    }

    @Test
    void takesAnyFolderWhereFilesHaveNoOwners() throws IOException {
        Path base = Files.createDirectory(folder.resolve("theirs"));
        giveAway(base);

        assertThat(openAsOnWindows(base).newFile(".pdf")).exists();
    }

    private SpoolDirectory openAsOnWindows(Path base) throws IOException {
        SpoolDirectory spool = new SpoolDirectory(base, Set.of("basic", "owner", "acl", "dos", "user"));
        opened.add(spool);
        return spool;
    }

    private SpoolDirectory open(Path base) throws IOException {
        SpoolDirectory spool = new SpoolDirectory(base);
        opened.add(spool);
        return spool;
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    /** Only root can. */
    private static void giveAway(Path path) throws IOException {
        assumeTrue(Files.getAttribute(path, "unix:uid").equals(0));
        Process chown = new ProcessBuilder("chown", "-h", String.valueOf(SOMEBODY), path.toString()).start();
        try {
            assertThat(chown.waitFor()).isZero();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }
}
