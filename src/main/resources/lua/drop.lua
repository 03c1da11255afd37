-- Removes a batch from rings, and its hints unless the batch goes to another ring.
-- KEYS 1 list of the batch, 2.. rings of its workspace's batches, one of each priority it leaves
-- ARGV 1 batch, 2 '1' to remove the hints
for ring = 2, #KEYS do redis.call('ZREM', KEYS[ring], ARGV[1]) end
if ARGV[2] == '1' then return redis.call('UNLINK', KEYS[1]) end
return 0
