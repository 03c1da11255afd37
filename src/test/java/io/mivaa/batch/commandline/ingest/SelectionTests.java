package io.mivaa.batch.commandline.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SelectionTests {

    @TempDir
    private Path folder;

    @BeforeEach
    void files() throws IOException {
        for (String name :
                List.of("b.pdf", "a.PDF", "sub/deep/c.md", "sub/d.pdf", ".hidden.pdf", ".git/e.pdf", "zz.txt")) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, name);
        }
    }

    private List<String> selected(List<String> include, List<String> exclude, Path... named) throws IOException {
        var selection = new Selection(include, exclude);
        for (Path path : named) {
            selection.add(path);
        }
        return selection.files().stream()
                .map(file -> folder.relativize(file.path()).toString())
                .toList();
    }

    @Test
    void takesAllBelowAFolderInOrderButNothingHidden() throws IOException {
        assertThat(selected(List.of(), List.of(), folder))
                .containsExactly("a.PDF", "b.pdf", "sub/d.pdf", "sub/deep/c.md", "zz.txt");
    }

    @Test
    void followsNoLinksWithinAFolder(@TempDir Path elsewhere) throws IOException {
        Path secret = Files.writeString(elsewhere.resolve("secret.pdf"), "secret");
        Files.createSymbolicLink(folder.resolve("sub/loop"), folder);
        Files.createSymbolicLink(folder.resolve("sub/out"), elsewhere);
        Files.createSymbolicLink(folder.resolve("link.pdf"), secret);

        assertThat(selected(List.of(), List.of(), folder)).hasSize(5);
        assertThat(selected(List.of(), List.of(), folder.resolve("link.pdf"))).containsExactly("link.pdf");
    }

    @Test
    void tellsWhatItCannotRead() throws IOException {
        var selection = new Selection(List.of(), List.of());

        selection.add(Path.of("/dev/null"));

        assertThat(selection.files()).isEmpty();
        assertThat(selection.unreadable())
                .extracting(FailedDocument::name, FailedDocument::code)
                .containsExactly(tuple("/dev/null", "not-readable"));
    }

    @Test
    void takesAFileOnce() throws IOException {
        assertThat(selected(List.of(), List.of(), folder.resolve("zz.txt"), folder, folder.resolve("sub")))
                .containsExactly("zz.txt", "a.PDF", "b.pdf", "sub/d.pdf", "sub/deep/c.md");
    }

    @Test
    void choosesByNameOrPathWhateverTheCase() throws IOException {
        assertThat(selected(List.of("*.pdf"), List.of(), folder)).containsExactly("a.PDF", "b.pdf", "sub/d.pdf");
        assertThat(selected(List.of("sub/*.pdf"), List.of(), folder)).containsExactly("sub/d.pdf");
        assertThat(selected(List.of(), List.of("sub/"), folder)).containsExactly("a.PDF", "b.pdf", "zz.txt");
        assertThat(selected(List.of("*.pdf"), List.of("B*"), folder)).containsExactly("a.PDF", "sub/d.pdf");
        assertThat(selected(List.of(), List.of("zz*"), folder.resolve("zz.txt")))
                .isEmpty();
    }

    @Test
    void saysWhatIsNotThereAndWhatIsNoGlob() {
        assertThatExceptionOfType(NoSuchFileException.class)
                .isThrownBy(() -> selected(List.of(), List.of(), folder.resolve("none")));
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> new Selection(List.of("[a"), List.of()));
    }
}
