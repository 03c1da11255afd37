-- Stops requests to an embedding provider for a time. If a longer hold is already set, it stays.
-- KEYS 1 state of the provider, see turn.lua
-- ARGV 1 length of the hold in milliseconds
-- returns the end of the hold, in milliseconds of Redis's clock
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local held = math.max(tonumber(redis.call('HGET', KEYS[1], 'held') or 0), now + tonumber(ARGV[1]))
redis.call('HSET', KEYS[1], 'held', string.format('%.3f', held))
local left = redis.call('PTTL', KEYS[1])
redis.call('PEXPIRE', KEYS[1], math.max(left, math.ceil(held - now) + 60000))
return math.floor(held)
