package io.mivaa.planted.results;

import redis.embedded.RedisServer;

/** Starts what it uses. */
record OwnServer(RedisServer server) {}
