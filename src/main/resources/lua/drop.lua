-- Forgets the hints of a batch.
-- KEYS 1 list of the batch, 2.. ring of each priority
-- ARGV 1 batch
for ring = 2, #KEYS do redis.call('ZREM', KEYS[ring], ARGV[1]) end
return redis.call('UNLINK', KEYS[1])
