package catalog

import (
	"fmt"
	"slices"
	"strings"

	"tidegate/ast"
	"tidegate/ast/diag"
)

// HashKeys collects the keys of one of nginx's hashes (ngx_hash_keys_arrays_t).
type HashKeys struct {
	// exact keys, and names with a wildcard in front or at the end in the form in
	// which nginx looks them up: "com.example." for "*.example.com".
	exact, head, tail []string
	seen              map[hashKey]bool
}

// hashKey is a key in the form in which conflicts are looked for.
type hashKey struct {
	kind byte // 'e', 'h' or 't'
	text string
}

// HashVerdict is what ngx_hash_add_key says of a key.
type HashVerdict uint8

// Verdicts.
const (
	HashAdded HashVerdict = iota
	// HashBusy: another key stands for the same.
	HashBusy
	// HashDeclined: the wildcard is malformed.
	HashDeclined
)

// Len returns the number of exact keys and of wildcards.
func (h *HashKeys) Len() int { return len(h.exact) + len(h.head) + len(h.tail) }

// Add adds an exact key.
func (h *HashKeys) Add(name string) HashVerdict {
	name = Lower(name)
	if h.taken(hashKey{'e', name}) {
		return HashBusy
	}
	h.exact = append(h.exact, name)
	return HashAdded
}

// Push adds an exact key as often as it is given, as the modules do that fill an
// array of ngx_hash_key_t themselves.
func (h *HashKeys) Push(name string) {
	name = Lower(name)
	h.taken(hashKey{'e', name})
	h.exact = append(h.exact, name)
}

// taken tells whether a key is there, and notes it otherwise.
func (h *HashKeys) taken(k hashKey) bool {
	if h.seen == nil {
		h.seen = map[hashKey]bool{}
	}
	was := h.seen[k]
	h.seen[k] = true
	return was
}

// AddName adds a host name that may have a wildcard, as ngx_hash_add_key does
// with NGX_HASH_WILDCARD_KEY: ".example.com", "*.example.com" or "www.example.*".
func (h *HashKeys) AddName(name string) HashVerdict {
	stars := strings.Count(name, "*")
	switch {
	case stars > 1 || strings.Contains(name, "..") || strings.IndexByte(name, 0) >= 0:
		return HashDeclined
	case len(name) > 1 && name[0] == '.':
		bare := Lower(name[1:])
		if h.taken(hashKey{'e', bare}) || h.taken(hashKey{'h', bare}) {
			return HashBusy
		}
		h.head = append(h.head, reversedLabels(bare))
	case len(name) > 2 && strings.HasPrefix(name, "*."):
		bare := Lower(name[2:])
		if h.taken(hashKey{'h', bare}) {
			return HashBusy
		}
		h.head = append(h.head, reversedLabels(bare)+".")
	case len(name) > 2 && strings.HasSuffix(name, ".*"):
		bare := Lower(name[:len(name)-2])
		if h.taken(hashKey{'t', bare}) {
			return HashBusy
		}
		h.tail = append(h.tail, bare)
	case stars > 0:
		return HashDeclined
	default:
		return h.Add(name)
	}
	return HashAdded
}

func reversedLabels(name string) string {
	labels := strings.Split(name, ".")
	slices.Reverse(labels)
	return strings.Join(labels, ".")
}

// HashLimits are the two numbers that the user can set for a hash.
type HashLimits struct {
	// Name is that of the hash in messages, "server_names_hash".
	Name                string
	MaxSize, BucketSize int
}

// CacheLine is the size of a cache line, to which nginx rounds bucket sizes up.
const CacheLine = 64

// Aligned rounds the bucket size up as most modules do.
func (l HashLimits) Aligned() HashLimits {
	l.BucketSize = (l.BucketSize + CacheLine - 1) / CacheLine * CacheLine
	return l
}

// HashProblem is what nginx says while it builds a hash.
type HashProblem struct {
	// Fatal problems are an [emerg], others a [warn].
	Fatal   bool
	Message string
}

// Build tells what nginx says when it builds the hashes of the keys, the exact
// ones first.
func (l HashLimits) Build(h *HashKeys) []HashProblem {
	var found []HashProblem
	if len(h.exact) > 0 && !l.build(h.exact, &found) {
		return found
	}
	for _, names := range [][]string{h.head, h.tail} {
		if len(names) > 0 {
			names = slices.Clone(names)
			slices.SortFunc(names, compareLabels)
			if !l.buildWildcards(names, &found) {
				return found
			}
		}
	}
	return found
}

// Diagnostics turns problems into findings about a range. nginx's messages have
// no position; order is where it builds the hash.
func (l HashLimits) Diagnostics(h *HashKeys, subject ast.Range, order ast.Pos) (diag.List, bool) {
	var list diag.List
	ok := true
	for _, p := range l.Build(h) {
		d := diag.Diagnostic{Severity: diag.Warn, Rule: RuleHash, Message: p.Message, Subject: subject, Order: order}
		if p.Fatal {
			d.Severity, ok = diag.Emerg, false
		}
		list = append(list, d)
	}
	return list, ok
}

// compareLabels follows ngx_dns_strcmp: a dot sorts before everything else.
func compareLabels(a, b string) int {
	rank := func(s string, i int) int {
		switch {
		case i == len(s):
			return -1
		case s[i] == '.':
			return 0
		}
		return int(lower(s[i])) + 1
	}
	for i := 0; ; i++ {
		x, y := rank(a, i), rank(b, i)
		if x != y || x < 0 {
			return x - y
		}
	}
}

// element is the memory that a key takes (NGX_HASH_ELT_SIZE).
func element(key string) int { return pointer + (len(key)+2+pointer-1)/pointer*pointer }

const pointer = 8

// maxTrials bounds the sizes that are tried, for numbers that no machine has the
// memory for.
const maxTrials = 1 << 17

// build follows ngx_hash_init. It returns false after a fatal problem.
func (l HashLimits) build(keys []string, found *[]HashProblem) bool {
	fatal := func(format string, args ...any) bool {
		*found = append(*found, HashProblem{true, "could not build " + l.Name + ", " + fmt.Sprintf(format, args...)})
		return false
	}
	switch {
	case l.MaxSize == 0:
		return fatal("you should increase %s_max_size: %d", l.Name, l.MaxSize)
	case l.BucketSize > 65536-CacheLine:
		return fatal("too large %s_bucket_size: %d", l.Name, l.BucketSize)
	}
	for _, k := range keys {
		if l.BucketSize < element(k)+pointer {
			return fatal("you should increase %s_bucket_size: %d", l.Name, l.BucketSize)
		}
	}
	if !l.fits(keys) {
		*found = append(*found, HashProblem{false, fmt.Sprintf("could not build optimal %s, you should increase "+
			"either %s_max_size: %d or %s_bucket_size: %d; ignoring %s_bucket_size", l.Name, l.Name, l.MaxSize, l.Name, l.BucketSize, l.Name)})
	}
	return true
}

// fits tries sizes until no bucket overflows.
func (l HashLimits) fits(keys []string) bool {
	hashes, sizes := make([]uint64, len(keys)), make([]int, len(keys))
	for i, k := range keys {
		sizes[i] = element(k)
		for j := 0; j < len(k); j++ {
			hashes[i] = hashes[i]*31 + uint64(lower(k[j]))
		}
	}
	bucket := l.BucketSize - pointer
	start := max(len(keys)/(bucket/(2*pointer)), 1)
	if l.MaxSize > 10000 && l.MaxSize/len(keys) < 100 {
		start = l.MaxSize - 1000
	}
	most := min(l.MaxSize, start+maxTrials)
	if start > most {
		return false
	}
	used := make([]int32, most)
trial:
	for size := start; size <= most; size++ {
		clear(used[:size])
		for i, h := range hashes {
			b := h % uint64(size)
			if used[b] += int32(sizes[i]); int(used[b]) > bucket {
				continue trial
			}
		}
		return true
	}
	return false
}

// buildWildcards follows ngx_hash_wildcard_init: a hash of first labels, whose
// entries are hashes of what follows. The names are sorted.
func (l HashLimits) buildWildcards(names []string, found *[]HashProblem) bool {
	var current []string
	for n := 0; n < len(names); {
		label, rest, dot := strings.Cut(names[n], ".")
		prefix := label
		if dot {
			prefix += "."
		}
		current = append(current, label)
		var next []string
		if rest != "" {
			next = append(next, rest)
		}
		i := n + 1
		for ; i < len(names); i++ {
			if !strings.HasPrefix(names[i], prefix) || !dot && len(names[i]) > len(label) && names[i][len(label)] != '.' {
				break
			}
			next = append(next, names[i][min(len(label)+1, len(names[i])):])
		}
		if len(next) > 0 && !l.buildWildcards(next, found) {
			return false
		}
		n = i
	}
	return l.build(current, found)
}
