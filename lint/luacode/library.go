package luacode

import "strings"

// luaNames are the global names of OpenResty's LuaJIT, as it lists them itself,
// and the fields of its libraries: those of Lua 5.1, what Lua 5.2 brought, and
// the functions of table that resty.core has required by then.
const luaNames = `
_G _VERSION assert collectgarbage dofile error gcinfo getfenv getmetatable ipairs load loadfile loadstring module newproxy next pairs pcall
print rawequal rawget rawlen rawset require select setfenv setmetatable tonumber tostring type unpack xpcall
bit.arshift bit.band bit.bnot bit.bor bit.bswap bit.bxor bit.lshift bit.rol bit.ror bit.rshift bit.tobit bit.tohex
coroutine.create coroutine.isyieldable coroutine.resume coroutine.running coroutine.status coroutine.wrap coroutine.yield
debug.debug debug.getfenv debug.gethook debug.getinfo debug.getlocal debug.getmetatable debug.getregistry debug.getupvalue
debug.getuservalue debug.setfenv debug.sethook debug.setlocal debug.setmetatable debug.setupvalue debug.setuservalue debug.traceback
debug.upvalueid debug.upvaluejoin
io.close io.flush io.input io.lines io.open io.output io.popen io.read io.stderr io.stdin io.stdout io.tmpfile io.type io.write
jit.arch jit.attach jit.flush jit.off jit.on jit.opt jit.os jit.prngstate jit.security jit.status jit.version jit.version_num
math.abs math.acos math.asin math.atan math.atan2 math.ceil math.cos math.cosh math.deg math.exp math.floor math.fmod math.frexp math.huge
math.ldexp math.log math.log10 math.max math.min math.modf math.pi math.pow math.rad math.random math.randomseed math.sin math.sinh math.sqrt
math.tan math.tanh
os.clock os.date os.difftime os.execute os.exit os.getenv os.remove os.rename os.setlocale os.time os.tmpname
package.config package.cpath package.loaded package.loaders package.loadlib package.path package.preload package.searchers
package.searchpath package.seeall
string.byte string.char string.dump string.find string.format string.gmatch string.gsub string.len string.lower string.match string.rep
string.reverse string.sub string.upper
table.clear table.clone table.concat table.foreach table.foreachi table.getn table.insert table.isarray table.isempty table.maxn table.move
table.new table.nkeys table.pack table.remove table.sort table.unpack`

func (a *api) addLua() {
	for _, name := range strings.Fields(luaNames) {
		library, field, ok := strings.Cut(name, ".")
		e := a.globals.make(library)
		if ok {
			e.make(field)
		}
	}
	for _, library := range []string{"bit", "coroutine", "debug", "io", "jit", "math", "os", "package", "string", "table"} {
		e := a.globals.fields[library]
		e.Closed = true
		a.modules[library] = e
	}
	a.modules["ffi"] = &Entry{Name: "ffi"}
	a.modules["ngx"] = a.globals.fields["ngx"]
	file := &Entry{Name: "file"}
	for _, m := range []string{"close", "flush", "lines", "read", "seek", "setvbuf", "write"} {
		file.make(m).Name = "file:" + m
	}
	a.globals.fields["io"].fields["open"].result = file
	a.globals.fields["io"].fields["popen"].result = file
}

// objects are the constructors and methods of modules that rules know about:
// "MODULE constructor: methods". Methods that are not listed have no entry.
const objects = `
resty.redis new: connect set_timeout set_timeouts set_keepalive get_reused_times close auth select get set mget mset del exists expire incr decr hget hset hgetall hmget hmset hdel lpush rpush lpop rpop lrange llen sadd srem smembers sismember zadd zrange zrem publish subscribe psubscribe read_reply eval evalsha init_pipeline commit_pipeline cancel_pipeline setex setnx getset append keys scan type ttl
resty.mysql new: connect set_timeout set_keepalive get_reused_times close query send_query read_result escape
resty.memcached new: connect set_timeout set_timeouts set_keepalive get_reused_times close get set add replace append prepend gets cas touch delete incr decr flush_all stats version
resty.http new: connect set_timeout set_timeouts set_keepalive get_reused_times close request request_uri request_pipeline ssl_handshake set_proxy_options parse_uri get_client_body_reader proxy_request proxy_response
resty.websocket.client new: connect set_timeout set_keepalive close send_text send_binary send_ping send_pong send_close recv_frame
resty.websocket.server new: set_timeout send_text send_binary send_ping send_pong send_close recv_frame
resty.dns.resolver new: query tcp_query set_timeout reverse_query
resty.lock new: lock unlock expire
resty.lrucache new: get set delete flush_all get_keys count capacity
resty.limit.req new: incoming uncommit set_rate set_burst
resty.limit.conn new: incoming leaving set_conn set_burst
resty.limit.count new: incoming uncommit
resty.upload new: read set_timeout
pgmoon new: connect settimeout keepalive disconnect query escape_literal escape_identifier
`

// addObjects adds the objects, and the functions of modules that rules name.
func (a *api) addObjects() {
	for _, line := range strings.Split(strings.TrimSpace(objects), "\n") {
		head, methods, _ := strings.Cut(line, ": ")
		module, constructor, _ := strings.Cut(head, " ")
		object := &Entry{Name: module}
		for _, m := range strings.Fields(methods) {
			object.make(m).Name = module + ":" + m
		}
		c := a.module(module).make(constructor)
		c.result = object
	}
	for _, name := range []string{
		"cjson.decode", "cjson.encode", "cjson.new", "cjson.safe.decode", "cjson.safe.encode", "resty.shell.run", "resty.jwt.verify", "resty.jwt.sign",
		"resty.jwt.load_jwt", "resty.jwt.verify_jwt_obj", "socket.tcp", "socket.udp", "socket.connect", "table.new", "table.clear",
	} {
		i := strings.LastIndexByte(name, '.')
		a.module(name[:i]).make(name[i+1:])
	}
	a.modules["table.new"] = &Entry{Name: "table.new"}
	a.modules["table.clear"] = &Entry{Name: "table.clear"}
}
