-- Removes a batch from rings. Also deletes its hints, unless the batch moves to another ring.
-- KEYS 1 list of the batch, 2.. rings of its workspace's batches, one for each priority to remove it from
-- ARGV 1 batch, 2 '1' to delete the hints
for ring = 2, #KEYS do redis.call('ZREM', KEYS[ring], ARGV[1]) end
if ARGV[2] == '1' then return redis.call('UNLINK', KEYS[1]) end
return 0
