package luacode

import "strings"

// bundled are the modules that OpenResty brings along, besides those of LuaJIT.
// A name that ends in "." stands for all that begin with it.
const bundled = `
ngx. resty.core. resty.core cjson cjson.safe rds.parser redis.parser tablepool librestysignal
resty.aes resty.dns.resolver resty.limit.conn resty.limit.count resty.limit.req resty.limit.traffic resty.lock resty.lrucache
resty.lrucache.pureffi resty.md5 resty.memcached resty.mysql resty.mysql. resty.openssl resty.openssl. resty.random resty.redis resty.rsa
resty.sha resty.sha1 resty.sha224 resty.sha256 resty.sha384 resty.sha512 resty.shell resty.signal resty.string resty.upload
resty.upstream.healthcheck resty.websocket.client resty.websocket.protocol resty.websocket.server resty.chash resty.roundrobin resty.balancer.
ngx.upstream
bit ffi jit jit.util jit.opt coroutine debug io math os package string table ngx ndk
table.new table.clear table.nkeys table.isempty table.isarray table.clone string.buffer thread.exdata thread.exdata2 `

// Bundled reports whether OpenResty has a module without any installation.
func Bundled(module string) bool {
	for _, name := range strings.Fields(bundled) {
		if name == module || strings.HasSuffix(name, ".") && strings.HasPrefix(module, name) {
			return true
		}
	}
	return false
}
