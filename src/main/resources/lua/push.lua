-- Appends hints to a batch's list and gives the batch a place in the ring of its priority if it has none.
-- KEYS 1 list of the batch, 2 ring of the priority (zset batch -> turn), 3 turn counter
-- ARGV 1 batch, 2.. job ids (at most 500)
-- returns the length of the list
local length = redis.call('RPUSH', KEYS[1], unpack(ARGV, 2))
if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), ARGV[1])
end
return length
