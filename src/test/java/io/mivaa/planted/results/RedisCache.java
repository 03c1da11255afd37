package io.mivaa.planted.results;

import org.springframework.data.redis.core.StringRedisTemplate;

/** A second place that knows Redis. */
record RedisCache(StringRedisTemplate redis) {}
