package ngxlua

import "tidegate/ast/catalog"

// Shared dictionaries.
var (
	SharedDictTable = catalog.LuaFunc{Name: "ngx.shared.DICT", Kind: catalog.LuaField, Sig: "dict = ngx.shared.DICT\ndict = ngx.shared[name_var]",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "The dictionary of a lua_shared_dict directive."}
	SharedDictGet = catalog.LuaFunc{Name: "ngx.shared.DICT:get", Kind: catalog.LuaMethod, Sig: "value, flags = ngx.shared.DICT:get(key)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Returns a value and its flags."}
	SharedDictGetStale = catalog.LuaFunc{Name: "ngx.shared.DICT:get_stale", Kind: catalog.LuaMethod, Sig: "value, flags, stale = ngx.shared.DICT:get_stale(key)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns a value even if it has expired."}
	SharedDictSet = catalog.LuaFunc{Name: "ngx.shared.DICT:set", Kind: catalog.LuaMethod, Sig: "success, err, forcible = ngx.shared.DICT:set(key, value, exptime?, flags?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Stores a value, and evicts old ones for room."}
	SharedDictSafeSet = catalog.LuaFunc{Name: "ngx.shared.DICT:safe_set", Kind: catalog.LuaMethod, Sig: "ok, err = ngx.shared.DICT:safe_set(key, value, exptime?, flags?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Stores a value if there is room."}
	SharedDictAdd = catalog.LuaFunc{Name: "ngx.shared.DICT:add", Kind: catalog.LuaMethod, Sig: "success, err, forcible = ngx.shared.DICT:add(key, value, exptime?, flags?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Stores a value if the key is not there."}
	SharedDictSafeAdd = catalog.LuaFunc{Name: "ngx.shared.DICT:safe_add", Kind: catalog.LuaMethod, Sig: "ok, err = ngx.shared.DICT:safe_add(key, value, exptime?, flags?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Stores a value if the key is not there and there is room."}
	SharedDictReplace = catalog.LuaFunc{Name: "ngx.shared.DICT:replace", Kind: catalog.LuaMethod, Sig: "success, err, forcible = ngx.shared.DICT:replace(key, value, exptime?, flags?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Stores a value if the key is there."}
	SharedDictDelete = catalog.LuaFunc{Name: "ngx.shared.DICT:delete", Kind: catalog.LuaMethod, Sig: "ngx.shared.DICT:delete(key)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Removes a key."}
	SharedDictIncr = catalog.LuaFunc{Name: "ngx.shared.DICT:incr", Kind: catalog.LuaMethod, Sig: "newval, err, forcible? = ngx.shared.DICT:incr(key, value, init?, init_ttl?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Adds to a number, which may be created."}
	SharedDictLpush = catalog.LuaFunc{Name: "ngx.shared.DICT:lpush", Kind: catalog.LuaMethod, Sig: "length, err = ngx.shared.DICT:lpush(key, value)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Puts a value at the head of a list."}
	SharedDictRpush = catalog.LuaFunc{Name: "ngx.shared.DICT:rpush", Kind: catalog.LuaMethod, Sig: "length, err = ngx.shared.DICT:rpush(key, value)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Puts a value at the tail of a list."}
	SharedDictLpop = catalog.LuaFunc{Name: "ngx.shared.DICT:lpop", Kind: catalog.LuaMethod, Sig: "val, err = ngx.shared.DICT:lpop(key)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Takes the value at the head of a list."}
	SharedDictRpop = catalog.LuaFunc{Name: "ngx.shared.DICT:rpop", Kind: catalog.LuaMethod, Sig: "val, err = ngx.shared.DICT:rpop(key)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Takes the value at the tail of a list."}
	SharedDictLlen = catalog.LuaFunc{Name: "ngx.shared.DICT:llen", Kind: catalog.LuaMethod, Sig: "len, err = ngx.shared.DICT:llen(key)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the length of a list."}
	SharedDictTtl = catalog.LuaFunc{Name: "ngx.shared.DICT:ttl", Kind: catalog.LuaMethod, Sig: "ttl, err = ngx.shared.DICT:ttl(key)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns how long a value still lives."}
	SharedDictExpire = catalog.LuaFunc{Name: "ngx.shared.DICT:expire", Kind: catalog.LuaMethod, Sig: "success, err = ngx.shared.DICT:expire(key, exptime)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Sets how long a value still lives."}
	SharedDictFlushAll = catalog.LuaFunc{Name: "ngx.shared.DICT:flush_all", Kind: catalog.LuaMethod, Sig: "ngx.shared.DICT:flush_all()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Marks everything as expired."}
	SharedDictFlushExpired = catalog.LuaFunc{Name: "ngx.shared.DICT:flush_expired", Kind: catalog.LuaMethod, Sig: "flushed = ngx.shared.DICT:flush_expired(max_count?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Removes what has expired."}
	SharedDictGetKeys = catalog.LuaFunc{Name: "ngx.shared.DICT:get_keys", Kind: catalog.LuaMethod, Sig: "keys = ngx.shared.DICT:get_keys(max_count?)",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase, Runs: catalog.Full, Doc: "Returns a list of keys."}
	SharedDictCapacity = catalog.LuaFunc{Name: "ngx.shared.DICT:capacity", Kind: catalog.LuaMethod, Sig: "capacity_bytes = ngx.shared.DICT:capacity()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the size of the dictionary in bytes."}
	SharedDictFreeSpace = catalog.LuaFunc{Name: "ngx.shared.DICT:free_space", Kind: catalog.LuaMethod, Sig: "free_page_bytes = ngx.shared.DICT:free_space()",
		HTTP: catalog.AnyHTTPPhase, Stream: catalog.AnyStreamPhase,
		Runs: catalog.Full, Doc: "Returns the size of the pages that are free."}
)
