package io.mivaa.batch.pipeline.parse.legacy;

import io.mivaa.batch.pipeline.document.Password;
import io.mivaa.batch.pipeline.document.Source;
import io.mivaa.batch.pipeline.parse.source.Guarded;
import java.util.concurrent.Callable;
import org.apache.poi.hssf.record.crypto.Biff8EncryptionKey;

/** Passes the password of a document to POI, whose readers of the binary formats take it from a thread-local. */
final class PoiPassword {

    private PoiPassword() {}

    /**
     * Runs the reader with the password of the source set for this thread.
     *
     * @throws io.mivaa.batch.pipeline.Rejected when the document is encrypted and the password is missing or wrong
     */
    static <T> T whileSet(Source source, String kind, Callable<T> reading) throws Exception {
        Password password = source.password();
        Biff8EncryptionKey.setCurrentUserPassword(password == null ? null : password.value());
        try {
            return reading.call();
        } catch (org.apache.tika.exception.EncryptedDocumentException | org.apache.poi.EncryptedDocumentException e) {
            throw Guarded.locked(kind, source);
        } finally {
            // the thread reads other documents later
            Biff8EncryptionKey.setCurrentUserPassword(null);
        }
    }
}
