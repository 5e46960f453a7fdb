// Package splitclients is the split_clients directive: a variable that divides clients into groups of given sizes by a hash of a
// text (ngx_stream_split_clients_module).
//
// Building turns the percentages into borders of the 32-bit hash, rounded as nginx rounds them, so that a client is in the same group
// here and there. A Split is immutable and safe for concurrent use. The package is generic over the session and knows directives only
// as the plain values it is given.
package splitclients

import (
	"tidegate/ast/catalog"
	"tidegate/runtime/vars"
)

// Part is one group: clients whose hash is not in the groups before it.
type Part struct {
	Percent int // in hundredths; 0 is the rest ("*")
	Value   string
}

// Config is one split_clients block.
type Config struct {
	Source catalog.Template
	Name   string // of the variable, without "$"
	Parts  []Part
}

// part is a group by the hash behind its last one; 0 takes all.
type part struct {
	border uint32
	value  string
}

// Split is a compiled block.
type Split[S vars.Session] struct {
	source *vars.Complex[S]
	parts  []part
}

// Add compiles a block and defines its variable in r.
func Add[S vars.Session](r *vars.Registry[S], cfg Config) error {
	v, err := r.Define(cfg.Name, vars.Changeable)
	if err != nil {
		return err
	}
	s := &Split[S]{source: r.Compile(cfg.Source), parts: borders(cfg.Parts)}
	v.Get = s.get
	return nil
}

// borders follows the end of ngx_conf_split_clients_block: each share is rounded down by itself.
func borders(parts []Part) []part {
	out := make([]part, len(parts))
	last := uint32(0)
	for i, p := range parts {
		out[i].value = p.Value
		if p.Percent != 0 {
			last += uint32(uint64(p.Percent) * 0xffffffff / 10000)
			out[i].border = last
		}
	}
	return out
}

// get is the variable's getter (ngx_stream_split_clients_variable). A client beyond all groups has the empty text.
func (s *Split[S]) get(session S, _ string) (string, vars.Status) {
	h := hash(s.source.String(session))
	for i := range s.parts {
		if p := &s.parts[i]; p.border == 0 || h < p.border {
			return p.value, vars.Found
		}
	}
	return "", vars.Found
}

// hash is MurmurHash2 with the seed 0 (ngx_murmur_hash2).
func hash(text string) uint32 {
	const m = 0x5bd1e995
	h := uint32(len(text))
	for ; len(text) >= 4; text = text[4:] {
		k := uint32(text[0]) | uint32(text[1])<<8 | uint32(text[2])<<16 | uint32(text[3])<<24
		k *= m
		k ^= k >> 24
		h = h*m ^ k*m
	}
	if len(text) > 0 {
		for i := range len(text) {
			h ^= uint32(text[i]) << (8 * i)
		}
		h *= m
	}
	h ^= h >> 13
	h *= m
	return h ^ h>>15
}
