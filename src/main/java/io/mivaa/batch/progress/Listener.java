package io.mivaa.batch.progress;

import io.mivaa.batch.job.BatchId;
import io.mivaa.batch.job.Workspace;
import org.jspecify.annotations.Nullable;

/** An open stream: which events it receives, and the position it has reached. Changed by one thread at a time. */
final class Listener {

    private final Workspace workspace;
    private final @Nullable BatchId batch;
    private final Outlet outlet;
    private Position position;

    /**
     * @param batch the only batch whose events it receives; null for all of the workspace
     * @param position the position after which it receives events
     */
    Listener(Workspace workspace, @Nullable BatchId batch, Outlet outlet, Position position) {
        this.workspace = workspace;
        this.batch = batch;
        this.outlet = outlet;
        this.position = position;
    }

    Workspace workspace() {
        return workspace;
    }

    @Nullable
    BatchId batch() {
        return batch;
    }

    Outlet outlet() {
        return outlet;
    }

    Position position() {
        return position;
    }

    void isAt(Position reached) {
        position = reached;
    }

    boolean wants(Workspace of, BatchId about) {
        return workspace.equals(of) && (batch == null || batch.equals(about));
    }
}
