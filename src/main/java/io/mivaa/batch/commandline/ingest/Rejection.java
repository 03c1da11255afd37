package io.mivaa.batch.commandline.ingest;

import io.mivaa.batch.commandline.client.Refused;
import io.mivaa.batch.commandline.client.ResponseBody.Invalid;
import io.mivaa.batch.commandline.ingest.Selection.Found;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Assigns a refusal of a whole submission to its files. */
final class Rejection {

    private final Refused refusal;
    private final List<Invalid> errors;

    /** An archive counts as several documents. So errors, which have numbers of documents, are not used with archives. */
    Rejection(Shipment shipment, Refused refusal) {
        this.refusal = refusal;
        List<Invalid> all = refusal.problem().errors();
        this.errors = all == null || shipment.files().stream().anyMatch(Rejection::isArchive) ? List.of() : all;
    }

    private static boolean isArchive(Found file) {
        return file.shown().toLowerCase(Locale.ROOT).endsWith(".zip");
    }

    /**
     * Why a file was refused, in its own words or else in those for all.
     *
     * @param index of the file in the shipment
     */
    FailedDocument of(Found file, int index) {
        return error("/documents/" + index)
                .map(error -> FailedDocument.refused(
                        file.shown(), String.valueOf(error.code()), String.valueOf(error.detail())))
                .orElseGet(() -> FailedDocument.refused(file.shown(), refusal.code(), reason()));
    }

    private Optional<Invalid> error(String pointer) {
        return errors.stream().filter(error -> pointer.equals(error.pointer())).findFirst();
    }

    private String reason() {
        String detail = refusal.problem().detail();
        return detail == null ? String.valueOf(refusal.getMessage()) : detail;
    }
}
