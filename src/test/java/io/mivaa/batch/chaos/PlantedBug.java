package io.mivaa.batch.chaos;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.aopalliance.intercept.MethodInterceptor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;

/**
 * Mistakes that the judge of histories must find. Each is put into the running application from outside, by changing a
 * statement on its way to the server ({@link PlantedDriver}) or what a bean answers, and prints a line when it strikes
 * for the first time.
 */
enum PlantedBug implements BeanPostProcessor {

    /** Whoever has worked on a job writes to it, whether the job is still his or not. */
    COMMIT_WITHOUT_FENCE {
        @Override
        String rewrite(Connection connection, String sql) {
            if (!CHANGES_A_JOB.matcher(sql).find()) {
                return sql;
            }
            // That a fence ends once is a constraint too: it is got round as well.
            String end = KEEPS_AN_ATTEMPT.matcher(sql).find() ? AGAIN : "";
            return FENCE.matcher(sql).replaceAll("(true or $0)") + end;
        }
    },

    /** Every third hint that was taken is dropped on the way to the claim. */
    HINT_DROPPED {
        @Override
        public Object postProcessAfterInitialization(Object bean, String name) {
            if (!bean.getClass().getSimpleName().equals("JobQueue")) {
                return bean;
            }
            var taken = new AtomicInteger();
            var factory = new ProxyFactory(bean);
            factory.setProxyTargetClass(true);
            factory.addAdvice((MethodInterceptor) call -> {
                Object answer = call.proceed();
                if (call.getMethod().getName().equals("take") && answer instanceof List<?> hints && !hints.isEmpty()) {
                    strike();
                    return hints.stream()
                            .filter(hint -> taken.incrementAndGet() % 3 != 0)
                            .toList();
                }
                return answer;
            });
            return factory.getProxy();
        }
    },

    /** The heartbeat of an instance renews the lease of every instance, also of those that are no more. */
    EVERY_LEASE_RENEWED {
        @Override
        String rewrite(Connection connection, String sql) throws SQLException {
            if (RENEWS_A_LEASE.matcher(sql).find()) {
                strike();
                try (Statement statement = connection.createStatement()) {
                    statement.execute("update worker_instance set lease_until = now() + interval '1 minute'");
                }
            }
            return sql;
        }
    };

    private static final Pattern CHANGES_A_JOB =
            Pattern.compile("update\\s+job\\s|for no key update of j(?: skip locked)?\\s*$");
    /** As the last of its steps. */
    private static final Pattern KEEPS_AN_ATTEMPT = Pattern.compile("\\)\\s*insert into job_attempt");

    private static final String AGAIN = " on conflict (job_id, fence) do update set outcome = excluded.outcome";
    private static final Pattern FENCE =
            Pattern.compile("(?<![\\w.])(?:\\w+\\.)?fence\\s*=\\s*(?:\\?|\\w+\\.fence)(?!\\s*\\+)"
                    + "(?:\\s+and\\s+(?:\\w+\\.)?claimed_by\\s*=\\s*(?:\\?|\\w+\\.instance))?");
    private static final Pattern RENEWS_A_LEASE =
            Pattern.compile("update\\s+worker_instance\\s+set\\s+lease_until\\s*=\\s*now\\(\\) \\+");

    @SuppressWarnings("ImmutableEnumChecker") // one process has one bug, and only says so once
    private volatile boolean struck;

    /**
     * What the driver gets to see instead.
     *
     * @throws SQLException as the connection does
     */
    String rewrite(Connection connection, String sql) throws SQLException {
        return sql;
    }

    void strike() {
        if (!struck) {
            struck = true;
            System.out.println("The planted bug " + this + " strikes");
        }
    }
}
