package io.mivaa.batch.pipeline.embed;

import ai.onnxruntime.OrtEnvironment;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native environment of ONNX Runtime, kept until the process is gone.
 *
 * <p>The library frees it in a shutdown hook of its own, which the JVM runs beside every other. An attempt that is
 * still embedding then, because a graceful stop lets it finish, would read freed memory and bring the process down. The
 * native side counts references, so one more of them lets the hook free nothing. The library has no public way to take
 * one.
 */
final class LastingEnvironment {

    private static final Logger log = LoggerFactory.getLogger(LastingEnvironment.class);

    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    static {
        keep();
    }

    private LastingEnvironment() {}

    static OrtEnvironment get() {
        return ENVIRONMENT;
    }

    /** Whether the native side gave another reference to the environment that there is. */
    static boolean keep() {
        try {
            Field api = Class.forName("ai.onnxruntime.OnnxRuntime").getDeclaredField("ortApiHandle");
            Method create = OrtEnvironment.class.getDeclaredMethod("createHandle", long.class, int.class, String.class);
            Field handle = OrtEnvironment.class.getDeclaredField("nativeHandle");
            api.setAccessible(true);
            create.setAccessible(true);
            handle.setAccessible(true);
            int warnings = 2;
            Object again = create.invoke(null, api.get(null), warnings, OrtEnvironment.DEFAULT_NAME);
            return again != null && again.equals(handle.get(ENVIRONMENT));
        } catch (ReflectiveOperationException | RuntimeException e) {
            log.warn("A stop in the middle of embedding may crash the process: {}", e.toString());
            return false;
        }
    }
}
