package io.mivaa.batch.results.reading;

import static org.assertj.core.api.Assertions.assertThat;

import io.mivaa.batch.job.claim.Claim;
import io.mivaa.batch.pipeline.document.RagDocument;
import io.mivaa.batch.results.OnPostgres;
import io.mivaa.batch.results.Sheet;
import io.mivaa.batch.results.WordEmbedder;
import io.mivaa.batch.results.reading.StoredResults.Head;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

class BigResultTests extends OnPostgres {

    private static final int CHUNKS = 6_000;
    private static final int DIMENSIONS = 384;
    private static final long MIB = 1 << 20;

    @Autowired
    private StoredResults stored;

    @Autowired
    private RagDocumentWriter writer;

    @Test
    void writesAManualOfSixThousandChunksWithoutHoldingIt() throws Exception {
        Claim claim = submit("manual", "manual.txt");
        succeed(claim, manual());
        Head head = stored.head(WORKSPACE, claim.job()).orElseThrow();
        HeapMeter meter = new HeapMeter();

        writer.write(head, true, meter);

        assertThat(meter.written).isGreaterThan(20 * MIB);
        assertThat(meter.measurements).isGreaterThan(3);
        assertThat(meter.most - meter.before).isLessThan(6 * MIB);
    }

    private static RagDocument manual() {
        String[] texts = IntStream.range(0, CHUNKS)
                .mapToObj(i -> ("Section " + i + " tells of valve " + i * 7 + ". ").repeat(16))
                .toArray(String[]::new);
        RagDocument sheet = Sheet.of(new WordEmbedder("wide", DIMENSIONS), texts);
        return new RagDocument(
                sheet.title(),
                sheet.language(),
                sheet.text(),
                sheet.blocks(),
                sheet.pages(),
                sheet.metadata(),
                sheet.headings(),
                sheet.tables(),
                sheet.figures(),
                sheet.chunks(),
                Collections.nCopies(CHUNKS, dense()),
                sheet.model(),
                sheet.quality());
    }

    /** As a real model's: hardly a component is zero, and each takes some ten characters to write. */
    private static float[] dense() {
        Random random = new Random(11);
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) (random.nextGaussian() / Math.sqrt(DIMENSIONS));
        }
        return vector;
    }

    /** Counts what is written, and now and then what is alive in the heap at that moment. */
    private static final class HeapMeter extends OutputStream {

        private static final long EVERY = 5 * MIB;

        private final long before = alive();
        private long most;
        private long written;
        private long next = EVERY;
        private int measurements;

        @Override
        public void write(byte[] bytes, int offset, int length) {
            written += length;
            if (written > next) {
                next += EVERY;
                measurements++;
                most = Math.max(most, alive());
            }
        }

        @Override
        public void write(int b) {
            written++;
        }

        private static long alive() {
            System.gc();
            return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        }
    }
}
