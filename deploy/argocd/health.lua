-- Health of a Moltagent for Argo CD, from the conditions that kstatus knows.
-- Suspended: a person halted it or revoked it, and nothing is to be mended. Degraded: a person has to mend something.
local status = obj.status
if status == nil or status.conditions == nil then
  return {status = "Progressing", message = "Waiting for the operator"}
end

local conditions = {}
for _, condition in ipairs(status.conditions) do
  conditions[condition.type] = condition
end

local function is(type, wanted)
  return conditions[type] ~= nil and conditions[type].status == wanted
end

local function message(type)
  local condition = conditions[type]
  if condition == nil then return "" end
  if condition.message ~= nil and condition.message ~= "" then return condition.message end
  return condition.reason or ""
end

if obj.metadata.deletionTimestamp ~= nil then
  return {status = "Progressing", message = "Deleting"}
end
if is("Revoked", "True") then
  return {status = "Suspended", message = message("Revoked")}
end
if is("Stalled", "True") then
  return {status = "Degraded", message = message("Stalled")}
end
if obj.metadata.generation ~= nil and status.observedGeneration ~= nil and status.observedGeneration < obj.metadata.generation then
  return {status = "Progressing", message = "Waiting for the operator to see the change"}
end
if obj.spec ~= nil and obj.spec.suspend == true then
  if status.phase == "Suspended" then
    return {status = "Suspended", message = "Suspended by spec.suspend"}
  end
  return {status = "Progressing", message = "Halting machines"}
end
if is("Ready", "True") then
  return {status = "Healthy", message = message("Ready")}
end
if status.phase == "Failed" then
  return {status = "Degraded", message = message("Ready")}
end
return {status = "Progressing", message = message("Ready")}
