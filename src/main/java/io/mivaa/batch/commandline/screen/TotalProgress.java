package io.mivaa.batch.commandline.screen;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Counts;
import io.mivaa.batch.commandline.client.ResponseBody.Eta;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** The progress of several batches together. */
public final class TotalProgress {

    private final List<Batch> batches;
    private final List<Batch> open;
    private final int unsent;

    private TotalProgress(List<Batch> batches, int unsent) {
        this.batches = batches;
        this.open = batches.stream().filter(batch -> !batch.terminal()).toList();
        this.unsent = unsent;
    }

    /**
     * Sums up the batches.
     *
     * @param unsent the number of documents that are in no batch yet
     * @param note a further remark
     */
    public static Progress of(List<Batch> batches, int unsent, @Nullable String note) {
        return new TotalProgress(batches, unsent).progress(note);
    }

    private Progress progress(@Nullable String note) {
        int total = unsent + sum(Counts::total);
        double share = batches.stream()
                .mapToDouble(
                        batch -> batch.progress().percent() * batch.counts().total())
                .sum();
        String what = sum(Counts::succeeded) + " of " + Printable.count(total, "document");
        return new Progress(total == 0 ? 0 : share / total, what, more(note), "", isDone());
    }

    private boolean isDone() {
        return unsent == 0 && open.isEmpty();
    }

    private List<String> more(@Nullable String note) {
        var more = new ArrayList<String>();
        add(more, sum(Counts::dead), "failed");
        add(more, sum(Counts::cancelled), "cancelled");
        if (note != null) {
            more.add(note);
        }
        if (!isDone()) {
            remainingTime().or(this::reason).ifPresent(more::add);
            add(more, documentsPerMinute(), "a minute");
        }
        add(more, sum(Counts::retrying), "retrying");
        add(more, sum(Counts::running), "running");
        return more;
    }

    private static void add(List<String> more, long number, String what) {
        if (number > 0) {
            more.add(number + " " + what);
        }
    }

    private int sum(ToIntFunction<Counts> count) {
        return batches.stream().map(Batch::counts).mapToInt(count).sum();
    }

    private long documentsPerMinute() {
        double rate = open.stream()
                .map(batch -> batch.progress().documentsPerMinute())
                .filter(Objects::nonNull)
                .mapToDouble(Double::doubleValue)
                .sum();
        return rate < 1 ? 0 : Math.round(rate);
    }

    /** The longest estimate of an open batch. There is none unless all documents are sent and all batches have one. */
    private Optional<String> remainingTime() {
        List<Double> seconds = open.stream()
                .map(Batch::eta)
                .map(eta -> eta == null ? null : eta.seconds())
                .filter(Objects::nonNull)
                .toList();
        return unsent > 0 || seconds.size() < open.size()
                ? Optional.empty()
                : seconds.stream().max(Double::compare).map(max -> "about " + Printable.duration(max) + " to go");
    }

    /** Why there is no estimate for the last of the open batches that has a reason. */
    private Optional<String> reason() {
        return open.stream()
                .map(TotalProgress::reason)
                .filter(reason -> !reason.isEmpty())
                .reduce((first, last) -> last);
    }

    private static String reason(Batch batch) {
        Eta eta = batch.eta();
        if (batch.state().equals("PAUSED")) {
            return "paused";
        }
        return eta == null || eta.reason() == null ? "" : Printable.line(eta.reason());
    }
}
