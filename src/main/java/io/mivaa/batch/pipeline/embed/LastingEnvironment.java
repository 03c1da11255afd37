package io.mivaa.batch.pipeline.embed;

import ai.onnxruntime.OrtEnvironment;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native environment of ONNX Runtime, which is never freed.
 *
 * <p>The library frees it in a shutdown hook, which the JVM runs in parallel to all others. An attempt that is still
 * embedding at that time, because a graceful shutdown lets it finish, would read freed memory and crash the process.
 * The native side counts references, so this class takes another one and the hook frees nothing. The library has no
 * public method for that.
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

    /** Takes another reference; returns whether it refers to the existing environment. */
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
            log.warn("A shutdown during embedding may crash the process: {}", e.toString());
            return false;
        }
    }
}
