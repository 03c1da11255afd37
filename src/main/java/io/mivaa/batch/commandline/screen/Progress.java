package io.mivaa.batch.commandline.screen;

import io.mivaa.batch.commandline.client.Printable;
import io.mivaa.batch.commandline.client.ResponseBody.Batch;
import io.mivaa.batch.commandline.client.ResponseBody.Counts;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How far something is, and the line that says so.
 *
 * @param percent cut to 0 to 100 when shown
 * @param what the main thing, such as {@code 3 of 8 documents}
 * @param more further things, the more important first: the last ones go when the line is too narrow
 * @param name of what is just being worked on, safe to print; empty for none
 * @param done whether nothing will follow
 */
public record Progress(double percent, String what, List<String> more, String name, boolean done) {

    /** Few, so that the bar does not change its length with every digit beside it. */
    private static final List<Integer> BARS = List.of(30, 20, 10);

    private static final int NARROWEST_BAR = 10;
    private static final int FRAME = "[] ".length();
    /** Two columns before it, and the last one: what is erased behind a full line would be its end. */
    private static final int MARGIN = 3;

    private static final int SHORTEST_NAME = 8;

    /** Of all these together. */
    public static Progress of(List<Batch> batches, int unsent, @Nullable String note) {
        int total = unsent;
        int succeeded = 0;
        int running = 0;
        int retrying = 0;
        int dead = 0;
        int cancelled = 0;
        double share = 0;
        double rate = 0;
        Double seconds = unsent == 0 ? Double.valueOf(0) : null;
        boolean done = unsent == 0;
        String waits = null;
        for (Batch batch : batches) {
            Counts counts = batch.counts();
            total += counts.total();
            succeeded += counts.succeeded();
            running += counts.running();
            retrying += counts.retrying();
            dead += counts.dead();
            cancelled += counts.cancelled();
            share += batch.progress().percent() * counts.total();
            if (!batch.terminal()) {
                done = false;
                Double per = batch.progress().documentsPerMinute();
                rate += per == null ? 0 : per;
                Double left = batch.eta() == null ? null : batch.eta().seconds();
                seconds = seconds == null || left == null ? null : Double.valueOf(Math.max(seconds, left));
                waits = batch.state().equals("PAUSED")
                        ? "paused"
                        : batch.eta() == null || batch.eta().reason() == null
                                ? waits
                                : Printable.line(batch.eta().reason());
            }
        }
        var more = new ArrayList<String>();
        if (dead > 0) {
            more.add(dead + " failed");
        }
        if (cancelled > 0) {
            more.add(cancelled + " cancelled");
        }
        if (note != null) {
            more.add(note);
        }
        if (!done && seconds != null) {
            more.add("about " + Printable.duration(seconds) + " to go");
        } else if (!done && waits != null) {
            more.add(waits);
        }
        if (!done && rate >= 1) {
            more.add(Math.round(rate) + " a minute");
        }
        if (retrying > 0) {
            more.add(retrying + " retrying");
        }
        if (running > 0) {
            more.add(running + " running");
        }
        String what = succeeded + " of " + Printable.count(total, "document");
        return new Progress(total == 0 ? 0 : share / total, what, more, "", done);
    }

    /** Without a bar, for files and terminals that cannot redraw. */
    public String plain() {
        return "  " + number() + "  " + what + (more.isEmpty() ? "" : ", " + String.join(", ", more));
    }

    /** At most so many columns, with a bar if there is room for one. */
    String bar(int columns) {
        int room = columns - MARGIN;
        int kept = more.size();
        String text = text(kept);
        while (kept > 0 && Printable.columns(text) > room - NARROWEST_BAR - FRAME) {
            kept--;
            text = text(kept);
        }
        int left = room - FRAME - Printable.columns(text);
        int bar = BARS.stream().filter(width -> width <= left).findFirst().orElse(0);
        if (bar == 0) {
            return Printable.fit(text, room);
        }
        int filled = (int) Math.round(clamped() / 100 * bar);
        String line = "[" + "#".repeat(filled) + ".".repeat(bar - filled) + "] " + text;
        int forName = left - bar - 2;
        return name.isEmpty() || forName < SHORTEST_NAME ? line : line + "  " + Printable.fit(name, forName);
    }

    private String text(int kept) {
        return number() + "  " + what + (kept == 0 ? "" : ", " + String.join(", ", more.subList(0, kept)));
    }

    private String number() {
        return String.format(Locale.ROOT, "%3.0f %%", Math.floor(clamped()));
    }

    private double clamped() {
        return Math.min(100, Math.max(0, percent));
    }
}
