package io.mivaa.batch.pipeline;

/** A parser failed in a way that no document should make it fail. Nothing but this document was lost with it. */
public final class ParserFailure extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final Kind kind;

    /** How it failed. */
    public enum Kind {
        /** Its process had no memory left. */
        OUT_OF_MEMORY("out-of-memory"),
        /** Its process ended, for example by an error in native code. */
        CRASH("parser-crashed"),
        /** It threw something that it does not declare. */
        ERROR("internal");

        private final String code;

        Kind(String code) {
            this.code = code;
        }

        /** Kebab-case, stable. */
        public String code() {
            return code;
        }
    }

    /** @param message for the document's owner; quotes no text of the document */
    public ParserFailure(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
