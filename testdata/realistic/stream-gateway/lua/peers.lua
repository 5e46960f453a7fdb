-- Which server gets a connection.
local balancer = require "ngx.balancer"
local health = require "health"

local _M = {}

local groups = {
    tls   = { { "10.60.0.10", 443 }, { "10.60.0.11", 443 } },
    http  = { { "10.60.0.10", 80 }, { "10.60.0.11", 80 } },
    ssh   = { { "10.60.1.10", 22 } },
    other = { { "10.60.2.10", 7000 } },
}

local turn = {}

function _M.choose(protocol)
    local group = groups[protocol] or groups.other
    local start = turn[protocol or "other"] or 0
    for i = 1, #group do
        local peer = group[(start + i - 1) % #group + 1]
        if health.up(peer[1], peer[2]) then
            turn[protocol or "other"] = start + i
            ngx.var.gate_peer = peer[1] .. ":" .. peer[2]
            local ok, err = balancer.set_current_peer(peer[1], peer[2])
            if not ok then
                ngx.log(ngx.ERR, "cannot choose ", peer[1], ": ", err)
                return ngx.exit(ngx.ERROR)
            end
            return
        end
    end
    ngx.log(ngx.ERR, "no server for ", protocol)
    return ngx.exit(ngx.ERROR)
end

return _M
