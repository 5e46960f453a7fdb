-- Asks the servers from time to time whether they still take connections. Only one worker asks.
local _M = {}

local health = ngx.shared.health

local peers = {
    { "10.60.0.10", 443 }, { "10.60.0.11", 443 }, { "10.60.0.10", 80 }, { "10.60.0.11", 80 },
    { "10.60.1.10", 22 }, { "10.60.2.10", 7000 },
}

local function name(host, port) return host .. ":" .. port end

local function probe(premature)
    if premature then
        return
    end
    for _, peer in ipairs(peers) do
        local sock = ngx.socket.tcp()
        sock:settimeouts(500, 500, 500)
        local ok, err = sock:connect(peer[1], peer[2])
        if ok then
            sock:close()
        else
            ngx.log(ngx.WARN, name(peer[1], peer[2]), " does not answer: ", err)
        end
        health:set(name(peer[1], peer[2]), ok and 1 or 0, 30)
    end
end

function _M.start()
    if ngx.worker.id() ~= 0 then
        return
    end
    local ok, err = ngx.timer.every(5, probe)
    if not ok then
        ngx.log(ngx.ERR, "no probes: ", err)
    end
end

-- up is true for servers that nobody has asked yet.
function _M.up(host, port) return health:get(name(host, port)) ~= 0 end

-- seen takes note of a session that failed at its server.
function _M.seen(addr, status)
    if addr and status == "502" then
        health:set(addr, 0, 10)
    end
end

function _M.report()
    local lines = {}
    for _, peer in ipairs(peers) do
        local key = name(peer[1], peer[2])
        lines[#lines + 1] = key .. " " .. (_M.up(peer[1], peer[2]) and "up" or "down")
    end
    return lines
end

return _M
