package io.mivaa.batch.embedded;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;
import redis.embedded.core.ExecutableProvider;
import redis.embedded.core.RedisServerBuilder;
import redis.embedded.model.OsArchitecture;

/**
 * Unpacks the servers' programs once per version, under names that carry the hash of what was unpacked. They appear
 * whole or not at all, so several processes may share one directory. It belongs into a folder of the owner: in a
 * temporary directory of everybody another user could have put programs of his own.
 */
final class Binaries {

    interface Source {
        InputStream open() throws IOException;
    }

    private interface Unpacking {
        void unpack(InputStream packed, Path target) throws IOException;
    }

    private static final Duration ABANDONED = Duration.ofMinutes(10);
    private static final String UNPACKING = "unpacking-";
    private static final int OWNER_MAY_EXECUTE = 0100;
    private static final int HASH_LENGTH = 16;

    /** By name; what the class path holds does not change while we run. */
    private static final Map<String, String> HASHES = new ConcurrentHashMap<>();

    private final Path directory;

    Binaries(Path directory) {
        this.directory = directory;
    }

    /** @return the folder with PostgreSQL's {@code bin}, {@code lib} and {@code share} */
    Path postgres() throws IOException {
        return unpacked(
                "postgresql",
                () -> DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(operatingSystem(), architecture()),
                Binaries::unpackTarXz);
    }

    /** @return Redis's program */
    Path redis() throws IOException {
        String resource = ExecutableProvider.newProvidedVersionsMap().get(OsArchitecture.detectOSandArchitecture());
        if (resource == null) {
            throw notForThisSystem("Redis", "spring.data.redis.url");
        }
        Path folder = unpacked("redis", () -> resource(resource), (packed, target) -> {
            Files.createDirectory(target);
            Path program = target.resolve(programName("redis-server"));
            Files.copy(packed, program);
            makeExecutable(program);
        });
        return folder.resolve(programName("redis-server"));
    }

    /** With the ending that the system wants. */
    static String programName(String name) {
        return operatingSystem().equals("Windows") ? name + ".exe" : name;
    }

    private static InputStream resource(String name) throws IOException {
        InputStream stream = RedisServerBuilder.class.getClassLoader().getResourceAsStream(name.replaceFirst("^/", ""));
        if (stream == null) {
            throw notForThisSystem("Redis", "spring.data.redis.url");
        }
        return stream;
    }

    private Path unpacked(String name, Source source, Unpacking unpacking) throws IOException {
        ServerFolder.createPrivate(directory);
        Path target = directory.resolve(name + "-" + knownHash(name, source));
        if (Files.isDirectory(target)) {
            return target.toRealPath();
        }
        Path workplace = Files.createTempDirectory(directory, UNPACKING);
        try (InputStream packed = source.open()) {
            deleteAbandoned(workplace);
            unpacking.unpack(packed, workplace.resolve("all"));
            Files.move(workplace.resolve("all"), target, ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // If it exists now, another process was faster, with the same content.
            if (!Files.isDirectory(target)) {
                throw e;
            }
        } finally {
            delete(workplace);
        }
        return target.toRealPath();
    }

    private static String knownHash(String name, Source source) throws IOException {
        String known = HASHES.get(name);
        if (known == null) {
            known = hash(name, source);
            HASHES.put(name, known);
        }
        return known;
    }

    private static String hash(String name, Source source) throws IOException {
        try (InputStream packed = source.open();
                var digesting = new DigestInputStream(packed, MessageDigest.getInstance("SHA-256"))) {
            digesting.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of()
                    .formatHex(digesting.getMessageDigest().digest())
                    .substring(0, HASH_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IllegalStateException e) {
            throw notForThisSystem(name, "spring.datasource.url");
        }
    }

    private static void unpackTarXz(InputStream packed, Path target) throws IOException {
        Files.createDirectory(target);
        try (var tar = new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(packed)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("The archive of PostgreSQL's programs has an entry outside of it.");
                }
                unpackEntry(tar, entry, path);
            }
        }
    }

    private static void unpackEntry(TarArchiveInputStream tar, TarArchiveEntry entry, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(tar, path);
        if ((entry.getMode() & OWNER_MAY_EXECUTE) != 0) {
            makeExecutable(path);
        }
    }

    private static void makeExecutable(Path program) throws IOException {
        if (!program.toFile().setExecutable(true, true)) {
            throw new IOException("The program " + program + " cannot be made executable.");
        }
    }

    /** What a process that was killed while unpacking has left; its age is told by the file system's own clock. */
    private void deleteAbandoned(Path fresh) throws IOException {
        long now = Files.getLastModifiedTime(fresh).toMillis();
        List<Path> others;
        try (Stream<Path> entries = Files.list(directory)) {
            others = entries.filter(path -> path.getFileName().toString().startsWith(UNPACKING))
                    .toList();
        }
        for (Path other : others) {
            if (now - Files.getLastModifiedTime(other).toMillis() > ABANDONED.toMillis()) {
                delete(other);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        List<Path> all;
        try (Stream<Path> entries = Files.walk(folder)) {
            all = entries.sorted(Comparator.reverseOrder()).toList();
        }
        for (Path path : all) {
            Files.deleteIfExists(path);
        }
    }

    private static EmbeddedServerFailure notForThisSystem(String server, String property) {
        return new EmbeddedServerFailure(
                "This build brings no " + server + " for " + operatingSystem() + " on " + architecture() + ".",
                "Configure one of your own (" + property + ").");
    }

    private static String operatingSystem() {
        String name = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        if (name.startsWith("windows")) {
            return "Windows";
        }
        return name.startsWith("mac") ? "Darwin" : "Linux";
    }

    private static String architecture() {
        String architecture = System.getProperty("os.arch");
        return architecture.equals("amd64") ? "x86_64" : architecture;
    }
}
