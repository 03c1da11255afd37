-- Appends hints to a batch's list and gives the batch its place among those of its workspace, and the workspace its
-- place among those of the priority, where they have none. Without hints it only sees to the places.
-- KEYS 1 list of the batch, 2 ring of the workspace's batches (zset batch -> turn),
--      3 ring of the priority's workspaces (zset workspace -> turn), 4 turn counter
-- ARGV 1 batch, 2 workspace, 3.. job ids (at most 500)
-- returns the length of the list
if #ARGV > 2 then redis.call('RPUSH', KEYS[1], unpack(ARGV, 3)) end
local length = redis.call('LLEN', KEYS[1])
if length > 0 then
  if not redis.call('ZSCORE', KEYS[2], ARGV[1]) then
    redis.call('ZADD', KEYS[2], redis.call('INCR', KEYS[4]), ARGV[1])
  end
  if not redis.call('ZSCORE', KEYS[3], ARGV[2]) then
    redis.call('ZADD', KEYS[3], redis.call('INCR', KEYS[4]), ARGV[2])
  end
end
return length
