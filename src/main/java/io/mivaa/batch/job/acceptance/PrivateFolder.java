package io.mivaa.batch.job.acceptance;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps other users of the machine away from a folder, as far as its file system has owners and permissions. */
final class PrivateFolder {

    private static final Logger log = LoggerFactory.getLogger(PrivateFolder.class);

    private static final String UID = "unix:uid";
    private static final Integer ROOT = 0;
    private static final int EVERYBODY_WRITES = 0002;
    private static final int STICKY = 01000;

    private final Path base;
    private final Set<String> attributes;

    /** @param attributes the kinds of attributes that files have there; on Windows neither those of POSIX nor of Unix */
    PrivateFolder(Path base, Set<String> attributes) {
        this.base = base;
        this.attributes = attributes;
    }

    /** Creates a folder that only this user can read, if it does not exist. */
    void create(Path folder) throws IOException {
        Files.createDirectories(folder, ownerOnly());
    }

    private FileAttribute<?>[] ownerOnly() {
        return attributes.contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
                }
                : new FileAttribute<?>[0];
    }

    /**
     * Refuses a base that belongs to another user. The owner of the base, or of a link to it, can replace our folder by
     * another one and read what we write there. In the shared temporary folder, any user may have created it first.
     *
     * @param own a folder that this process has just created in the base
     * @throws IOException when the base belongs to another user
     */
    void refuseAnothersBase(Path own) throws IOException {
        if (!attributes.contains("unix")) {
            return;
        }
        Object self = Files.getAttribute(own, UID);
        for (Object owner :
                List.of(Files.getAttribute(base, UID, LinkOption.NOFOLLOW_LINKS), Files.getAttribute(base, UID))) {
            if (!owner.equals(self) && !owner.equals(ROOT)) {
                throw new IOException("The folder for temporary files, " + base + ", belongs to another user (" + owner
                        + "): set mivaa.spool.directory to a folder of your own");
            }
        }
    }

    /** Not refused: the volumes of an orchestrator may be like that, where there are no other users. */
    void warnIfEverybodyMayWrite() throws IOException {
        if (attributes.contains("unix")
                && ((int) Files.getAttribute(base, "unix:mode") & (EVERYBODY_WRITES | STICKY)) == EVERYBODY_WRITES) {
            log.warn("Every user of this machine can replace the temporary files in {}", base);
        }
    }
}
