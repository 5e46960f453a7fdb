package ngxstream

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
	"syscall"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

const notWithEntries = `binary geo range base "%s" cannot be mixed with usual entries`

// include follows ngx_stream_geo_include. nginx reads a binary base instead of
// the file that it was made from; it holds the same, so here the file is read.
func (g *geoBuilder) include(e *catalog.Call, read func()) {
	if name := e.Text(1); !strings.ContainsAny(name, "*?[") {
		if g.Ranges && !g.binaryBase(e, e.Env.FullName(name, true)) {
			return
		}
	}
	inBinary := g.binary
	g.binary = "" // what the file holds is no entry beside the base
	read()
	g.binary, g.outside = inBinary, false
}

// binaryBase follows ngx_stream_geo_include_binary_base. It returns false where
// nginx stops.
func (g *geoBuilder) binaryBase(e *catalog.Call, file string) bool {
	base := file + ".bin"
	say := func(s diag.Severity, text string) {
		e.ReportWhole(diag.Diagnostic{Severity: s, Rule: catalog.RuleFile, Message: text, Subject: e.Word(1), At: e.At(), Order: e.Node.Pos(),
			Passes: true})
	}
	if err := e.Env.File(base); err != nil {
		if catalog.Errno(err) != syscall.ENOENT {
			say(diag.Crit, `open() "`+base+`" failed`+catalog.ErrnoSuffix(err))
		}
		return true
	}
	text, ok := e.Env.Contents(base)
	if !ok {
		return true
	}
	switch {
	case g.outside:
		return e.Fail(1, notWithEntries, base)
	case g.binary != "":
		return e.Fail(1, `second binary geo range base "%s" cannot be mixed with "%s"`, base, g.binary)
	}
	if err := e.Env.File(file); err != nil {
		say(diag.Crit, `stat() "`+file+`" failed`+catalog.ErrnoSuffix(err))
		return true
	}
	switch {
	case e.Env.Older(base, file):
		say(diag.Warn, `stale binary geo range base "`+base+`"`)
	case len(text) < geoHeaderSize || string(text[:len(geoMagic)]) != geoMagic:
		say(diag.Warn, `incompatible binary geo range base "`+base+`"`)
	case crc32.ChecksumIEEE(text[geoHeaderSize:]) != binary.LittleEndian.Uint32(text[len(geoMagic):]):
		say(diag.Warn, `CRC32 mismatch in binary geo range base "`+base+`"`)
	default:
		say(diag.Notice, `using binary geo range base "`+base+`"`)
		g.binary = base
	}
	return true
}

// The header of a binary base: the magic bytes with the size of a pointer and a
// number in the machine's order, then the check sum (ngx_stream_geo_header_t).
const (
	geoMagic      = "GEORNG\x00\x08\x78\x56\x34\x12"
	geoHeaderSize = 16
)
