package io.mivaa.batch.chaos;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.springframework.data.redis.connection.DataType;
import org.springframework.data.redis.core.StringRedisTemplate;

/** Who does what to whom. */
final class Faults {

    private final ChaosSettings settings;
    private final Ground ground;
    private final List<Instance> instances;
    private final Poster poster;
    private final Tally tally;
    private final BooleanSupplier over;

    Faults(
            ChaosSettings settings,
            Ground ground,
            List<Instance> instances,
            Poster poster,
            Tally tally,
            BooleanSupplier over) {
        this.settings = settings;
        this.ground = ground;
        this.instances = List.copyOf(instances);
        this.poster = poster;
        this.tally = tally;
        this.over = over;
    }

    /** To a process of the service and to its roads. */
    Gremlin service(int number) {
        Instance victim = instances.get(number);
        var gremlin = gremlin("service " + number, 3_000);
        return gremlin.may("kill -9 of a service", 4, () -> {
                    revive(gremlin, victim);
                    victim.lookAtMeters();
                    victim.kill9();
                    restart(gremlin, victim);
                })
                .may("kill -9 of all services", 1, () -> {
                    for (Instance instance : instances) {
                        List<ProcessHandle> running = instance.processes();
                        Signals.kill9(running);
                        tally.add("kill -9 of a service", running.size());
                    }
                    restart(gremlin, victim);
                })
                .may("SIGTERM of a service", 1, () -> {
                    revive(gremlin, victim);
                    victim.lookAtMeters();
                    victim.terminate();
                    restart(gremlin, victim);
                })
                .may("freeze of a service", 1, () -> {
                    revive(gremlin, victim);
                    freeze(gremlin, victim.processes(), 500, 5_000);
                })
                .may("freeze of a service beyond its lease", 3, () -> {
                    revive(gremlin, victim);
                    freeze(gremlin, victim.processes(), 9_500, 12_000);
                    victim.lookAtMeters();
                })
                .may("road to PostgreSQL blocked", 1, () -> block(gremlin, victim.toPostgres(), 10_000))
                .may("road to PostgreSQL broken", 1, () -> victim.toPostgres().reset())
                .may("road to Redis blocked", 1, () -> block(gremlin, victim.toRedis(), 10_000))
                .may("road to Redis broken", 1, () -> victim.toRedis().reset())
                .may("roads slow", 1, () -> slow(gremlin, victim));
    }

    Gremlin redis() {
        var gremlin = gremlin("redis", 4_000);
        return gremlin.may("kill -9 of Redis", 3, () -> Signals.kill9(ground.redisProcesses()))
                .may("freeze of Redis", 2, () -> freeze(gremlin, ground.redisProcesses(), 500, 12_000))
                .may("FLUSHALL", 2, ground::flushRedis)
                .may("Redis key deleted", 3, () -> deleteKey(gremlin.random()))
                .may("hints pushed again by hand", 2, () -> duplicateHints(gremlin.random()));
    }

    Gremlin postgres() {
        var gremlin = gremlin("postgres", 9_000);
        return gremlin.may(
                        "kill -9 of PostgreSQL",
                        2,
                        () -> Signals.kill9(ground.postgresProcesses().subList(0, 1)))
                .may("kill -9 of a PostgreSQL backend", 1, () -> {
                    List<ProcessHandle> all = ground.postgresProcesses();
                    Signals.kill9(List.of(all.get(gremlin.random().nextInt(all.size() - 1) + 1)));
                })
                .may("kill -9 of PostgreSQL and Redis together", 1, () -> {
                    Signals.kill9(ground.postgresProcesses().subList(0, 1));
                    Signals.kill9(ground.redisProcesses());
                })
                .may("freeze of PostgreSQL", 2, () -> freeze(gremlin, ground.postgresProcesses(), 500, 10_000));
    }

    /** An owner who cannot make up his mind. */
    Gremlin owner() {
        var gremlin = gremlin("owner", 1_500);
        Random random = gremlin.random();
        return gremlin.may("batch cancelled", 1, () -> act("cancel", random))
                .may("batch paused and resumed", 3, () -> {
                    UUID batch = poster.anyBatch(random);
                    if (batch != null) {
                        poster.act("/api/v1/batches/" + batch + "/pause", random);
                        gremlin.linger(500, 4_000);
                        resume(batch, random);
                    }
                })
                .may("dead letters replayed", 3, () -> {
                    UUID batch = poster.anyBatch(random);
                    if (batch != null) {
                        poster.retry(batch, random);
                    }
                })
                .may("batch posted again", 3, () -> poster.postAgain(random))
                .may("meters read", 4, () -> instances.forEach(Instance::lookAtMeters));
    }

    /** Everything up and every road open again; nothing is left frozen. */
    void end() {
        Signals.thaw(ground.postgresProcesses());
        Signals.thaw(ground.redisProcesses());
        for (Instance instance : instances) {
            Signals.thaw(instance.processes());
            instance.toPostgres().pass();
            instance.toRedis().pass();
        }
        for (Instance instance : instances) {
            instance.start(() -> false);
        }
        Random random = new Random(settings.seed());
        poster.accepted().forEach(accepted -> accepted.ids().forEach(batch -> resume(batch, random)));
    }

    private void resume(UUID batch, Random random) {
        boolean answered = Patience.await(Duration.ofSeconds(60), () -> {
            int status = poster.act("/api/v1/batches/" + batch + "/resume", random);
            return status == 200 || status == 409 || status == 404 || (over.getAsBoolean() && status == 0);
        });
        if (!answered) {
            throw new AssertionError("No instance resumed a batch within a minute");
        }
    }

    private void act(String action, Random random) {
        UUID batch = poster.anyBatch(random);
        if (batch != null) {
            poster.act("/api/v1/batches/" + batch + "/" + action, random);
        }
    }

    private Gremlin gremlin(String name, int pauseMillis) {
        return new Gremlin(name, settings.seed(), pauseMillis, tally, over);
    }

    private void restart(Gremlin gremlin, Instance victim) {
        gremlin.linger(0, 2_000);
        victim.real(gremlin.random().nextDouble() < settings.realModel());
        victim.start(over);
        tally.count("start of a service");
    }

    /** Somebody else may have killed it. */
    private void revive(Gremlin gremlin, Instance victim) {
        if (!victim.isAlive()) {
            restart(gremlin, victim);
        }
    }

    private static void freeze(Gremlin gremlin, List<ProcessHandle> processes, int from, int to) {
        Signals.freeze(processes);
        try {
            gremlin.linger(from, to);
        } finally {
            Signals.thaw(processes);
        }
    }

    private static void block(Gremlin gremlin, TcpProxy road, int to) {
        road.blackhole();
        try {
            gremlin.linger(1_000, to);
            if (gremlin.random().nextBoolean()) {
                road.reset();
            }
        } finally {
            road.pass();
        }
    }

    private static void slow(Gremlin gremlin, Instance victim) {
        victim.toPostgres().delay(Duration.ofMillis(20));
        victim.toRedis().delay(Duration.ofMillis(200));
        try {
            gremlin.linger(1_000, 5_000);
        } finally {
            victim.toPostgres().pass();
            victim.toRedis().pass();
        }
    }

    private void deleteKey(Random random) {
        StringRedisTemplate redis = ground.redis();
        List<String> keys = List.copyOf(redis.keys("*"));
        if (!keys.isEmpty()) {
            redis.delete(keys.get(random.nextInt(keys.size())));
        }
    }

    /** Whatever a list holds, once to five times more. */
    private void duplicateHints(Random random) {
        StringRedisTemplate redis = ground.redis();
        for (String key : redis.keys("*")) {
            if (redis.type(key) == DataType.LIST) {
                List<String> hints = redis.opsForList().range(key, 0, -1);
                for (int i = 0; hints != null && !hints.isEmpty() && i <= random.nextInt(5); i++) {
                    redis.opsForList().rightPushAll(key, hints);
                }
            }
        }
    }
}
