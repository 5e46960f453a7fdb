package shdict

// FlushAll marks every entry as expired and frees the oldest three (ngx_stream_lua_ffi_shdict_flush_all); the memory of
// the others comes back as they are found expired, or with FlushExpired.
func (z *Zone) FlushAll() {
	z.lock()
	defer z.mu.Unlock()
	for r := z.newest; r != 0; {
		e := r.offset()
		z.setExpires(e, 1)
		r = z.getRef(e + offOlder)
	}
	z.expire(true)
}

// FlushExpired frees expired entries, oldest use first, at most limit of them (0: all), and tells how many.
func (z *Zone) FlushExpired(limit int) (freed int) {
	z.lock()
	defer z.mu.Unlock()
	for r := z.oldest; r != 0; {
		e := r.offset()
		r = z.getRef(e + offNewer)
		if !z.isExpired(e) {
			continue
		}
		z.remove(e)
		freed++
		if limit != 0 && freed == limit {
			break
		}
	}
	return freed
}

// Keys returns the keys of unexpired entries, oldest use first, at most limit of them (0: all; Lua's default is 1024).
func (z *Zone) Keys(limit int) []string {
	z.lock()
	defer z.mu.Unlock()
	var keys []string
	for r := z.oldest; r != 0; {
		e := r.offset()
		if !z.isExpired(e) {
			keys = append(keys, string(z.keyAt(e)))
			if limit != 0 && len(keys) == limit {
				break
			}
		}
		r = z.getRef(e + offNewer)
	}
	return keys
}
