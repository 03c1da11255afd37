-- Returns what Redis holds of batches.
-- KEYS for each batch: its list, the ring of its workspace's batches, the ring of its priority's workspaces
-- ARGV for each batch: the batch, its workspace
-- returns for each batch the length of its list, and 1 if it has its place in the rings
local held = {}
for lane = 1, #KEYS / 3 do
  local list, batches, workspaces = KEYS[3 * lane - 2], KEYS[3 * lane - 1], KEYS[3 * lane]
  held[#held + 1] = redis.call('LLEN', list)
  local seated = redis.call('ZSCORE', batches, ARGV[2 * lane - 1]) and redis.call('ZSCORE', workspaces, ARGV[2 * lane])
  held[#held + 1] = seated and 1 or 0
end
return held
