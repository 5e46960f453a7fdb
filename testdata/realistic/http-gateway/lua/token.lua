-- Tokens: base64url(claims in JSON) "." base64url(HMAC-SHA1 of the first part). The claims are id, user, scopes and expires.
local cjson = require "cjson.safe"

local _M = {}

local secret

function _M.init(key)
    if not key or #key < 32 then
        error("TOKEN_KEY is missing or shorter than 32 bytes")
    end
    secret = key
end

local function decode(text)
    local padded = text:gsub("-", "+"):gsub("_", "/") .. ("="):rep(-#text % 4)
    return ngx.decode_base64(padded)
end

-- same compares in a time that does not depend on where the strings differ.
local function same(a, b)
    if #a ~= #b then
        return false
    end
    local bit = require "bit"
    local diff = 0
    for i = 1, #a do
        diff = bit.bor(diff, bit.bxor(a:byte(i), b:byte(i)))
    end
    return diff == 0
end

local function parse(header)
    local payload, signature = header:match("^Bearer ([%w_-]+)%.([%w_-]+)$")
    if not payload then
        return nil, "malformed"
    end
    local given = decode(signature)
    if not given or not same(given, ngx.hmac_sha1(secret, payload)) then
        return nil, "wrong signature"
    end
    local claims = cjson.decode(decode(payload) or "")
    if type(claims) ~= "table" or type(claims.id) ~= "string" or type(claims.expires) ~= "number" then
        return nil, "incomplete"
    end
    if claims.expires <= ngx.time() then
        return nil, "expired"
    end
    if ngx.shared.revoked:get(claims.id) then
        return nil, "revoked"
    end
    return claims
end

-- require ends the request unless it has a token with the scope, or with any if scope is nil. It returns the claims.
function _M.require(scope)
    local header = ngx.var.http_authorization
    if not header then
        return ngx.exit(ngx.HTTP_UNAUTHORIZED)
    end
    local claims, why = parse(header)
    if not claims then
        ngx.log(ngx.NOTICE, "token refused: ", why)
        return ngx.exit(ngx.HTTP_UNAUTHORIZED)
    end
    if scope and not (type(claims.scopes) == "table" and claims.scopes[scope]) then
        return ngx.exit(ngx.HTTP_FORBIDDEN)
    end
    ngx.var.token_user = claims.user or ""
    return claims
end

return _M
