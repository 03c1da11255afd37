package io.mivaa.batch.embedded;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
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
import redis.embedded.core.ExecutableProvider;
import redis.embedded.core.RedisServerBuilder;
import redis.embedded.model.OsArchitecture;

/**
 * Unpacks the servers' programs, once for each version, into folders whose names contain the hash of the archive. A folder
 * appears complete or not at all, so several processes may share one directory. The directory must belong to the owner of
 * the process: in a temporary directory that all users share, another user could place other programs.
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
    private static final int HASH_LENGTH = 16;

    /** By name. The class path does not change while the process runs. */
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
                TarXz::unpack);
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
            TarXz.makeExecutable(program);
        });
        return folder.resolve(programName("redis-server"));
    }

    /** The file name of a program on this system. */
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
        PrivateFiles.createDirectory(directory);
        Path target = directory.resolve(name + "-" + knownHash(name, source));
        if (Files.isDirectory(target)) {
            return target.toRealPath();
        }
        Path temporary = Files.createTempDirectory(directory, UNPACKING);
        try (InputStream packed = source.open()) {
            deleteAbandoned(temporary);
            unpacking.unpack(packed, temporary.resolve("all"));
            Files.move(temporary.resolve("all"), target, ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // If the target exists now, another process has unpacked the same content in the meantime.
            if (!Files.isDirectory(target)) {
                throw e;
            }
        } finally {
            delete(temporary);
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

    /** Deletes what killed processes left while unpacking. Ages are measured by the file system's own clock. */
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
                "This build contains no " + server + " for " + operatingSystem() + " on " + architecture() + ".",
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
