/** Lua twin of rule/cooldown.ts: how long the cooldown after a delivery lasts, the step that the next one begins, and which notice that is. */
export const COOLDOWN = `
local function cooldownAfter(step, cooldown, cooldownMax)
  if cooldownMax == 0 then return cooldown end
  return math.min(cooldown * 2 ^ step, cooldownMax)
end

-- Gives the exponent of how long the last cooldown counts as, the time since its end, and the first step at which it is the longest.
local function afterCooldown(last, lastStep, raised, cooldown, cooldownMax)
  local capped = 0
  while cooldown * 2 ^ capped < cooldownMax do capped = capped + 1 end
  local step = math.min(lastStep, capped)
  local exponent = step
  if step == capped then exponent = math.max(0, step - 1) end
  return exponent, raised - last - cooldownAfter(step, cooldown, cooldownMax), capped
end

local function nextStep(last, lastStep, raised, cooldown, cooldownMax)
  if not last or cooldownMax == 0 then return 0 end
  local exponent, since, capped = afterCooldown(last, lastStep, raised, cooldown, cooldownMax)
  if since < cooldown * 2 ^ exponent then return math.min(exponent + 1, capped) end
  while since > cooldown * 2 ^ exponent and exponent > 0 do
    since = since - cooldown * 2 ^ exponent
    exponent = exponent - 1
  end
  return exponent
end

-- Gives which notice an alert is, and since when such alerts keep coming.
local function nextStreak(delivery, raised, cooldown, cooldownMax)
  if delivery.atMs and delivery.notice and delivery.streakSinceMs then
    local exponent, since = afterCooldown(delivery.atMs, delivery.step or 0, raised, cooldown, cooldownMax)
    if since < cooldown * 2 ^ exponent then return delivery.notice + 1, delivery.streakSinceMs end
  end
  return 1, raised
end

-- Goes on with the streak of an alert that was delivered, as streakAfter does; delivery is still the last one before.
local function followStreak(delivery, facts, raised)
  local notice, since = string.match(facts, '^firing %d+ %d+ %d+ (%d+) (%d+)')
  notice, since = wholeOf(notice), wholeOf(since)
  if not notice or notice == 0 or not since then return end
  local known = delivery.notice and delivery.streakSinceMs
  if known and delivery.atMs and raised <= delivery.atMs and not (known == since and delivery.notice < notice) then return end
  delivery.notice, delivery.streakSinceMs = notice, since
end
`
