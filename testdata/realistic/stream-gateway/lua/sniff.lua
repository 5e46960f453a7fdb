-- What speaks the client? Looks at the first bytes without taking them.
local _M = {}

local byte, sub = string.byte, string.sub

local methods = { ["GET "] = true, ["POST"] = true, ["HEAD"] = true, ["PUT "] = true, ["DELE"] = true, ["OPTI"] = true, ["CONN"] = true }

function _M.protocol()
    local sock, err = ngx.req.socket()
    if not sock then
        ngx.log(ngx.ERR, "no socket: ", err)
        return nil
    end
    local first, perr = sock:peek(4)
    if not first then
        ngx.log(ngx.INFO, "nothing to look at: ", perr)
        return nil
    end
    if byte(first, 1) == 0x16 and byte(first, 2) == 3 then
        return "tls"
    end
    if first == "SSH-" then
        return "ssh"
    end
    if methods[sub(first, 1, 4)] then
        return "http"
    end
    return "other"
end

return _M
