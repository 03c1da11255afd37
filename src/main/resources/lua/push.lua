-- Appends hints to a batch's list and gives the batch its place among those of its workspace, and the workspace its
-- place among those of the priority, if they have none: behind the last. Without hints it only gives the places.
-- KEYS 1 list of the batch, 2 ring of the workspace's batches (zset batch -> turn),
--      3 ring of the priority's workspaces (zset workspace -> turn)
-- ARGV 1 batch, 2 workspace, 3.. job ids (at most 500)
-- returns the length of the list
local function seat(ring, member)
  if redis.call('ZSCORE', ring, member) then return end
  local last = redis.call('ZRANGE', ring, -1, -1, 'WITHSCORES')[2]
  redis.call('ZADD', ring, last and last + 1 or 1, member)
end
if #ARGV > 2 then redis.call('RPUSH', KEYS[1], unpack(ARGV, 3)) end
local length = redis.call('LLEN', KEYS[1])
if length > 0 then
  seat(KEYS[2], ARGV[1])
  seat(KEYS[3], ARGV[2])
end
return length
