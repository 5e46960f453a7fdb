// Package wildcard finds what a host name stands for among names and wildcards: nginx's combined hash (ngx_hash_find_combined), which
// serves server_name and the hostnames of map.
//
// A name is looked for in this order: exactly, by the longest wildcard at its start ("*.example.org"), by the longest wildcard at its
// end ("www.example.*"). ".example.org" is the name and the wildcard in one. Everything is in lower case. Regular expressions, which
// come last in nginx, are the caller's affair.
package wildcard

import (
	"errors"
	"strings"

	"tidegate/ast/catalog"
)

// The errors of Add, in the words of the directives that use them.
var (
	ErrInvalid  = errors.New("invalid hostname or wildcard") // NGX_DECLINED of ngx_hash_add_key
	ErrConflict = errors.New("conflicting parameter")        // NGX_BUSY
)

// Table is a set of names with values. The zero Table is empty; it must not be changed once it is shared.
type Table[V any] struct {
	exact, head, tail map[string]V
}

// Empty tells whether nothing was added.
func (t *Table[V]) Empty() bool { return len(t.exact)+len(t.head)+len(t.tail) == 0 }

// AddExact adds a key that is not a host name; '*' and '.' mean themselves.
func (t *Table[V]) AddExact(key string, v V) error {
	return add(&t.exact, catalog.Lower(key), v)
}

// Add adds a host name or wildcard.
func (t *Table[V]) Add(key string, v V) error {
	key = catalog.Lower(key)
	if strings.Contains(key, "..") || strings.IndexByte(key, 0) >= 0 || strings.Count(key, "*") > 1 {
		return ErrInvalid
	}
	switch n := len(key); {
	case n > 1 && key[0] == '.':
		if err := add(&t.exact, key[1:], v); err != nil {
			return err
		}
		return add(&t.head, key[1:], v)
	case n > 2 && key[:2] == "*.":
		return add(&t.head, key[2:], v)
	case n > 2 && key[n-2:] == ".*":
		return add(&t.tail, key[:n-2], v)
	case strings.Contains(key, "*"):
		return ErrInvalid
	}
	return add(&t.exact, key, v)
}

func add[V any](m *map[string]V, key string, v V) error {
	if *m == nil {
		*m = map[string]V{}
	}
	if _, dup := (*m)[key]; dup {
		return ErrConflict
	}
	(*m)[key] = v
	return nil
}

// Find looks a name up, which must be in lower case.
func (t *Table[V]) Find(name string) (v V, ok bool) {
	if v, ok = t.exact[name]; ok || len(name) == 0 {
		return v, ok
	}
	if len(t.head) > 0 {
		for rest := name; ; {
			i := strings.IndexByte(rest, '.')
			if i < 0 {
				break
			}
			rest = rest[i+1:]
			if v, ok = t.head[rest]; ok {
				return v, true
			}
		}
	}
	if len(t.tail) > 0 {
		for rest := name; ; {
			i := strings.LastIndexByte(rest, '.')
			if i < 0 {
				break
			}
			rest = rest[:i]
			if v, ok = t.tail[rest]; ok {
				return v, true
			}
		}
	}
	return v, false
}
