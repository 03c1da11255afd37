-- Reserves a turn for a request to an embedding provider, unless the wait would be too long. All times are milliseconds
-- of Redis's clock. Limits requests and tokens with the generic cell rate algorithm, like the Java class Bucket.
-- KEYS 1 state of the provider (hash: requests and tokens, the times until which earlier requests have used the limits;
--      held, the end of a hold)
-- ARGV 1 interval per request, 2 burst of requests, 3 interval per token, 4 burst of tokens, 5 tokens of this request,
--      6 maximum wait
-- returns the wait if the turn was reserved; otherwise the wait as a negative number
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
