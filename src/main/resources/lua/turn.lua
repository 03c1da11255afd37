-- Takes a turn for a request to an embedding provider, if it is near enough. Times are in milliseconds of Redis's clock.
-- The generic cell rate algorithm, as in Bucket, for requests and for tokens.
-- KEYS 1 state of the provider (hash: requests and tokens, the time that what was sent has used up; held, until when the
--      provider asked for a pause)
-- ARGV 1 interval of a request, 2 requests at once, 3 interval of a token, 4 tokens at once, 5 tokens of this request,
--      6 the longest wait
-- returns how long to wait; negative if that is longer than the longest wait, and then no turn was taken
local clock = redis.call('TIME')
local now = clock[1] * 1000 + clock[2] / 1000
local state = redis.call('HMGET', KEYS[1], 'requests', 'tokens', 'held')
local function wait(paid, interval, burst, units)
  return math.max(paid, now) + (units - math.max(burst, units)) * interval - now
end
local requests, tokens = tonumber(state[1] or 0), tonumber(state[2] or 0)
local units = tonumber(ARGV[5])
local longest = math.ceil(math.max(0, tonumber(state[3] or 0) - now,
  wait(requests, tonumber(ARGV[1]), tonumber(ARGV[2]), 1),
  wait(tokens, tonumber(ARGV[3]), tonumber(ARGV[4]), units)))
if longest > tonumber(ARGV[6]) then return -longest end
requests = math.max(requests, now) + tonumber(ARGV[1])
tokens = math.max(tokens, now) + units * tonumber(ARGV[3])
redis.call('HSET', KEYS[1], 'requests', string.format('%.3f', requests), 'tokens', string.format('%.3f', tokens))
local ends = math.max(requests, tokens, tonumber(state[3] or 0)) - now
redis.call('PEXPIRE', KEYS[1], math.ceil(ends) + 60000)
return longest
