-- Takes up to `want` hints: priorities share by stride scheduling (each taken hint moves its priority's pass on by
-- 1/weight, the smallest pass is next), workspaces within a priority take turns, batches within a workspace take
-- turns, one hint a turn. A priority that has nothing to do is moved on to the pass of the last hint taken, so that
-- absence earns no credit.
-- KEYS 1..n ring of each priority's workspaces, n+1 hash priority index -> pass
-- ARGV 1 want, 2 prefix of the lists, 3.. weight of each priority
-- returns the job ids; they are gone from Redis, and PostgreSQL decides what they are worth
local want, levels = tonumber(ARGV[1]), #ARGV - 2
local passes = KEYS[levels + 1]
-- Behind all others, by what the ring itself holds: whatever else is lost, turns go on.
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
-- Every step takes a hint or removes what is empty; the bound keeps one call short whatever the rings hold.
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
