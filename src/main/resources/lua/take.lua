-- Takes up to `want` hints. Stride scheduling divides them among the priorities: the priority with the smallest pass is
-- next, and each hint taken increases its pass by 1/weight. Within a priority the workspaces take turns, and within a
-- workspace the batches take turns, with one hint per turn. An empty priority gets at least the pass at which the last
-- hint was taken, so that it gains no credit while it is empty.
-- KEYS 1..n ring of each priority's workspaces, n+1 hash priority index -> pass
-- ARGV 1 want, 2 prefix of the lists, 3.. weight of each priority
-- returns the job ids; the hints are removed from Redis, and PostgreSQL decides whether the jobs can be claimed
local want, levels = tonumber(ARGV[1]), #ARGV - 2
local passes = KEYS[levels + 1]
-- Moves an entry behind all others. Uses only the ring itself, so that turns still work if Redis loses other keys.
local function to_the_end(ring, member)
  redis.call('ZADD', ring, redis.call('ZRANGE', ring, -1, -1, 'WITHSCORES')[2] + 1, member)
end
local pass, alive, base = {}, {}, nil
for level = 1, levels do
  pass[level] = tonumber(redis.call('HGET', passes, level) or 0)
  alive[level] = redis.call('ZCARD', KEYS[level]) > 0
  if alive[level] and (not base or pass[level] < base) then base = pass[level] end
end
if not base then return {} end
local taken = {}
-- Every step takes a hint or removes an empty entry. The limit keeps a call short whatever the rings contain.
for step = 1, want + 200 do
  if #taken == want then break end
  local level = nil
  for l = 1, levels do
    if alive[l] and (not level or pass[l] < pass[level]) then level = l end
  end
  if not level then break end
  local workspace = redis.call('ZRANGE', KEYS[level], 0, 0)[1]
  local ring = workspace and KEYS[level] .. ':' .. workspace
  local batch = ring and redis.call('ZRANGE', ring, 0, 0)[1]
  if not workspace then
    alive[level] = false
  elseif not batch then
    redis.call('ZREM', KEYS[level], workspace)
  else
    local id = redis.call('LPOP', ARGV[2] .. batch)
    if id then
      taken[#taken + 1] = id
      base = pass[level]
      pass[level] = pass[level] + 1 / tonumber(ARGV[2 + level])
      to_the_end(ring, batch)
      to_the_end(KEYS[level], workspace)
    else
      redis.call('ZREM', ring, batch)
    end
  end
end
for level = 1, levels do
  local p = pass[level]
  if not alive[level] and p < base then p = base end
  redis.call('HSET', passes, level, tostring(p))
end
return taken
