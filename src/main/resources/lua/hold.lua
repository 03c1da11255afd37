-- Records that an embedding provider asked for a pause. A longer pause that was recorded before is kept.
-- KEYS 1 state of the provider, as in turn.lua
-- ARGV 1 for how many milliseconds
-- returns until when, in milliseconds of Redis's clock
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local held = math.max(tonumber(redis.call('HGET', KEYS[1], 'held') or 0), now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'held', string.format('%.3f', held))
local left = redis.call('PTTL', KEYS[1])
redis.call('PEXPIRE', KEYS[1], math.max(left, math.ceil(held - now) + 60000))
return math.floor(held)
