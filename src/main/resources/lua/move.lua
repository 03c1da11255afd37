-- Moves a batch to the ring of another priority; its list stays.
-- KEYS 1 list of the batch, 2 new ring, 3 turn counter, 4.. the other rings
-- ARGV 1 batch
for ring = 4, #KEYS do redis.call('ZREM', KEYS[ring], ARGV[1]) end
if redis.call('EXISTS', KEYS[1]) == 1 and not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
  redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[3]), ARGV[1])
end
return 1
