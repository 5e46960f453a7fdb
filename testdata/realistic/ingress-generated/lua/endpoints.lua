-- The addresses behind each service. The controller writes them with a POST, every worker reads them when they have changed.
local balancer = require "ngx.balancer"
local cjson = require "cjson.safe"

local _M = {}

local dict = ngx.shared.endpoints
local current = {}  -- service -> list of { host, port }
local turns = {}
local version

local function refresh()
    local stored = dict:get("version")
    if stored == version then
        return
    end
    local text = dict:get("list")
    local list = text and cjson.decode(text)
    if type(list) ~= "table" then
        ngx.log(ngx.ERR, "the list of endpoints is no JSON object")
        return
    end
    current, version = list, stored
end

local function tick(premature)
    if not premature then
        refresh()
    end
end

function _M.init_worker()
    local ok, err = ngx.timer.every(1, tick)
    if not ok then
        ngx.log(ngx.ERR, "no refresh: ", err)
    end
end

function _M.update()
    if ngx.req.get_method() ~= "POST" then
        return ngx.exit(ngx.HTTP_NOT_ALLOWED)
    end
    ngx.req.read_body()
    local body = ngx.req.get_body_data()
    if not body or not cjson.decode(body) then
        return ngx.exit(ngx.HTTP_BAD_REQUEST)
    end
    local ok, err = dict:set("list", body)
    if not ok then
        ngx.log(ngx.ERR, "cannot keep the endpoints: ", err)
        return ngx.exit(ngx.HTTP_INTERNAL_SERVER_ERROR)
    end
    dict:incr("version", 1, 0)
    return ngx.exit(ngx.HTTP_CREATED)
end

function _M.balance()
    local name = ngx.var.proxy_upstream_name
    local peers = current[name]
    if not peers or #peers == 0 then
        ngx.log(ngx.WARN, "no endpoint of ", name)
        return ngx.exit(ngx.HTTP_SERVICE_UNAVAILABLE)
    end
    local turn = (turns[name] or 0) % #peers + 1
    turns[name] = turn
    local ok, err = balancer.set_current_peer(peers[turn][1], peers[turn][2])
    if not ok then
        ngx.log(ngx.ERR, "cannot use an endpoint of ", name, ": ", err)
        return ngx.exit(ngx.HTTP_BAD_GATEWAY)
    end
end

return _M
