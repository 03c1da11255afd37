package io.mivaa.batch.pipeline.chunk;

import io.mivaa.batch.pipeline.Chunker;
import java.util.List;

/** Every chunker of the service. */
public final class AllChunkers {

    private AllChunkers() {}

    /** New ones, in the order of their registration. */
    public static List<Chunker> list() {
        ChunkConfiguration beans = new ChunkConfiguration();
        return List.of(
                beans.structureChunker(),
                beans.recursiveChunker(),
                beans.sentenceChunker(),
                beans.pageChunker(),
                beans.fixedChunker());
    }
}
