package io.mivaa.planted.queue;

import org.springframework.data.redis.core.StringRedisTemplate;

/** Harmless: this is where Redis is known. */
record RedisQueue(StringRedisTemplate redis) {}
