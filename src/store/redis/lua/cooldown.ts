/** Lua twin of rule/cooldown.ts: how long the cooldown after a delivery lasts, and the step that the next delivery begins. */
export const COOLDOWN = `
local function cooldownAfter(step, cooldown, cooldownMax)
  if cooldownMax == 0 then return cooldown end
  return math.min(cooldown * 2 ^ step, cooldownMax)
end

local function nextStep(last, lastStep, raised, cooldown, cooldownMax)
  if not last or cooldownMax == 0 then return 0 end
  local capped = 0
  while cooldown * 2 ^ capped < cooldownMax do capped = capped + 1 end
  local step = math.min(lastStep, capped)
  local exponent = step
  if step == capped then exponent = math.max(0, step - 1) end
  local since = raised - last - cooldownAfter(step, cooldown, cooldownMax)
  if since < cooldown * 2 ^ exponent then return math.min(exponent + 1, capped) end
  while since > cooldown * 2 ^ exponent and exponent > 0 do
    since = since - cooldown * 2 ^ exponent
    exponent = exponent - 1
  end
  return exponent
end
`
