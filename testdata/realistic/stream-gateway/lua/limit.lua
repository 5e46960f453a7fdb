-- Counts connections by address in windows of whole seconds.
local _M = {}

local rates = ngx.shared.rates
local floor = math.floor

-- take tells whether key may open one more connection: at most count in a window of seconds.
function _M.take(key, count, seconds)
    local window = floor(ngx.time() / seconds)
    local n, err = rates:incr(key .. ":" .. window, 1, 0, 2 * seconds)
    if not n then
        ngx.log(ngx.ERR, "cannot count: ", err)
        return true
    end
    return n <= count
end

return _M
