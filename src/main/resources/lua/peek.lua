-- Returns the hints of a workspace that take.lua would take next, in that order, without changing anything. Makes the
-- same choices as take.lua, but rotates the rings in memory. Reads one entry of a ring or list at a time, when its turn
-- comes, so that the maximum number of turns also limits the number of reads.
-- KEYS 1..n ring of each priority's workspaces, n+1 hash priority index -> pass
-- ARGV 1 workspace, 2 want, 3 maximum number of turns, 4 prefix of the lists, 5.. weight of each priority
-- returns the job ids
local whose, want, turns, prefix = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4]
local levels = #ARGV - 4
local passes = KEYS[levels + 1]
local rings, gone = {}, {}
-- The next entry of a ring: first the entries in Redis that had no turn yet, then those that had one.
local function first(key)
  local ring = rings[key]
  if not ring then
    ring = { read = 0, had = {}, head = 1 }
    rings[key] = ring
  end
  local member = redis.call('ZRANGE', key, ring.read, ring.read)[1]
  return member or ring.had[ring.head]
end
local function leave(key)
  local ring = rings[key]
  if redis.call('ZRANGE', key, ring.read, ring.read)[1] then
    ring.read = ring.read + 1
  else
    ring.head = ring.head + 1
  end
end
local function to_the_end(key, member)
  leave(key)
  local had = rings[key].had
  had[#had + 1] = member
end
local pass, alive = {}, {}
for level = 1, levels do
  pass[level] = tonumber(redis.call('HGET', passes, level) or 0)
  alive[level] = true
end
local next = {}
for turn = 1, turns do
  if #next == want then break end
  local level = nil
  for l = 1, levels do
    if alive[l] and (not level or pass[l] < pass[level]) then level = l end
  end
  if not level then break end
  local workspace = first(KEYS[level])
  local ring = workspace and KEYS[level] .. ':' .. workspace
  local batch = ring and first(ring)
  if not workspace then
    alive[level] = false
  elseif not batch then
    leave(KEYS[level])
  else
    local id = redis.call('LINDEX', prefix .. batch, gone[batch] or 0)
    if id then
      gone[batch] = (gone[batch] or 0) + 1
      if workspace == whose then next[#next + 1] = id end
      pass[level] = pass[level] + 1 / tonumber(ARGV[4 + level])
      to_the_end(ring, batch)
      to_the_end(KEYS[level], workspace)
    else
      leave(ring)
    end
  end
end
return next
