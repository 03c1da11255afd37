-- Chooses up to `want` hints. Stride scheduling divides them among the priorities: the priority with the smallest pass
-- is next, and each hint taken increases its pass by 1/weight. Within a priority the workspaces take turns, and within a
-- workspace the batches take turns, with one hint per turn. An empty priority gets at least the pass at which the last
-- hint was taken, so that it gains no credit while it is empty.
-- Without a workspace, the script takes the chosen hints. With one, it only lists that workspace's hints in the order in
-- which they would be taken: it makes the same choice on a copy of the rings in memory and changes nothing in Redis.
-- KEYS 1..n ring of each priority's workspaces, n+1 hash priority index -> pass
-- ARGV 1 want, 2 maximum number of turns, 3 workspace to look at or '', 4 prefix of the lists, 5.. weight of each priority
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
-- Moves an entry behind all others. Uses only the ring itself, so that turns still work if Redis loses other keys.
function stored.to_the_end(ring, member)
  redis.call('ZADD', ring, redis.call('ZRANGE', ring, -1, -1, 'WITHSCORES')[2] + 1, member)
end
function stored.hint(batch)
  return redis.call('LPOP', prefix .. batch)
end

-- The same, but changed only in memory. Members are read one by one when it is their turn, so the limit on turns also
-- limits the work. A ring consists of its members in Redis from `read` on, followed by those that had a turn, from `head` on.
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
