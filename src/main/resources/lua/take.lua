-- Chooses the next hints. Priorities share by stride scheduling: each hint moves its priority's pass on by 1/weight, and
-- the smallest pass is next. Workspaces of a priority take turns, and so do the batches of a workspace, one hint a turn.
-- A priority that has nothing to do is moved on to the pass of the last hint, so that absence earns no credit.
-- Without a workspace the chosen hints are taken. With one, its hints are listed in the order in which they would be
-- taken, and nothing is changed: the same choice on rings that are turned in memory.
-- KEYS 1..n ring of each priority's workspaces, n+1 hash priority index -> pass
-- ARGV 1 want, 2 turns at most, 3 workspace to look at or '', 4 prefix of the lists, 5.. weight of each priority
-- returns the job ids; PostgreSQL decides whether they may run
local want, turns, whose, prefix = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]
local levels = #ARGV - 4
local passes = KEYS[levels + 1]

-- Rings and lists in Redis, changed there.
local stored = {}
function stored.first(ring)
  return redis.call('ZRANGE', ring, 0, 0)[1]
end
function stored.leave(ring, member)
  redis.call('ZREM', ring, member)
end
-- Behind all others, by what the ring itself holds: whatever else is lost, turns go on.
function stored.to_the_end(ring, member)
  redis.call('ZADD', ring, redis.call('ZRANGE', ring, -1, -1, 'WITHSCORES')[2] + 1, member)
end
function stored.hint(batch)
  return redis.call('LPOP', prefix .. batch)
end

-- The same, changed in memory only. Members are read one by one as their turn comes, so that the bound on turns bounds
-- everything. A ring is what is left of it in Redis from `read` on, followed by those that had a turn, from `head` on.
local copy, rings, gone = {}, {}, {}
local function ring_of(key)
  rings[key] = rings[key] or { read = 0, had = {}, head = 1 }
  return rings[key]
end
local function unread(key)
  local read = ring_of(key).read
  return redis.call('ZRANGE', key, read, read)[1]
end
function copy.first(key)
  local ring = ring_of(key)
  return unread(key) or ring.had[ring.head]
end
function copy.leave(key)
  local ring = ring_of(key)
  if unread(key) then ring.read = ring.read + 1 else ring.head = ring.head + 1 end
end
function copy.to_the_end(key, member)
  copy.leave(key)
  local had = ring_of(key).had
  had[#had + 1] = member
end
function copy.hint(batch)
  local id = redis.call('LINDEX', prefix .. batch, gone[batch] or 0)
  if id then gone[batch] = (gone[batch] or 0) + 1 end
  return id
end

local lists = whose == '' and stored or copy
local pass, alive, base = {}, {}, nil
for level = 1, levels do
  pass[level] = tonumber(redis.call('HGET', passes, level) or 0)
  alive[level] = redis.call('ZCARD', KEYS[level]) > 0
  if alive[level] and (not base or pass[level] < base) then base = pass[level] end
end
if not base then return {} end
local chosen = {}
for turn = 1, turns do
  if #chosen == want then break end
  local level = nil
  for l = 1, levels do
    if alive[l] and (not level or pass[l] < pass[level]) then level = l end
  end
  if not level then break end
  local workspace = lists.first(KEYS[level])
  local ring = workspace and KEYS[level] .. ':' .. workspace
  local batch = ring and lists.first(ring)
  if not workspace then
    alive[level] = false
  elseif not batch then
    lists.leave(KEYS[level], workspace)
  else
    local id = lists.hint(batch)
    if id then
      if whose == '' or whose == workspace then chosen[#chosen + 1] = id end
      base = pass[level]
      pass[level] = pass[level] + 1 / tonumber(ARGV[4 + level])
      lists.to_the_end(ring, batch)
      lists.to_the_end(KEYS[level], workspace)
    else
      lists.leave(ring, batch)
    end
  end
end
if whose ~= '' then return chosen end
for level = 1, levels do
  local p = pass[level]
  if not alive[level] and p < base then p = base end
  redis.call('HSET', passes, level, tostring(p))
end
return chosen
