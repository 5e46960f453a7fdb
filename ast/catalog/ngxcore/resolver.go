package ngxcore

import (
	"bytes"
	"net/netip"
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// ResolverArgs is the notation of resolver; "local" came with OpenResty.
const ResolverArgs = "(<addr>|local=on|off|<path>)... [valid=<time>] [ipv4=on|off] [ipv6=on|off]"

// Nameservers is the argument of resolver.
type Nameservers struct {
	Servers []netip.AddrPort
	// Valid overrides the lifetime of answers; 0 keeps their own.
	Valid int // seconds
	// IPv4 and IPv6 tell which kinds of addresses are asked for.
	IPv4, IPv6 bool
}

// DecodeResolver reads a resolver directive as ngx_resolver_create does.
func DecodeResolver(c *catalog.Call) (*Nameservers, bool) {
	r := &Nameservers{IPv4: true, IPv6: true}
	unread := false // a list that nobody may look into has name servers
	for i := 1; i < c.Len(); i++ {
		word, ok := c.Text(i), true
		switch {
		case strings.HasPrefix(word, "local="):
			read := true
			if word != "local=off" {
				r.Servers, read = readLocal(c, i, r.Servers)
			}
			unread = unread || !read
		case strings.HasPrefix(word, "valid="):
			valid, good := catalog.ParseSeconds(word[6:])
			r.Valid, ok = int(valid.Seconds()), good
		case strings.HasPrefix(word, "ipv4="):
			r.IPv4, ok = word[5:] == "on", word[5:] == "on" || word[5:] == "off"
		case strings.HasPrefix(word, "ipv6="):
			r.IPv6, ok = word[5:] == "on", word[5:] == "on" || word[5:] == "off"
		default:
			a, phrase := c.URL(i, 0, catalog.URLOptions{DefaultPort: 53})
			if phrase != "" {
				c.Report(diag.Emerg, catalog.RuleAddress, c.Word(i), phrase+` in resolver "`+word+`"`)
			} else if a.Unix != "" {
				c.Fail(i, `a unix domain socket cannot be a name server: "%s"`, word)
			}
			r.Servers = append(r.Servers, a.Addrs...)
		}
		if !ok {
			c.Fail(i, "invalid parameter: %s", word)
		}
	}
	switch {
	case c.Failed():
		return r, false
	case !r.IPv4 && !r.IPv6:
		return r, c.Fail(0, `"ipv4" and "ipv6" cannot both be "off"`)
	case len(r.Servers) == 0 && !unread:
		return r, c.Fail(0, "no name servers defined")
	}
	return r, true
}

// The bounds of OpenResty's reader of resolv.conf: bytes of the file, name
// servers taken, and bytes of an IPv6 address in brackets.
const (
	localSize  = 2048
	maxLocal   = 3
	localInet6 = 45
)

// readLocal adds the name servers of the file that word i names by "local=", as
// ngx_resolver_read_resolv_conf does. read is false if the file's contents
// cannot be had.
func readLocal(c *catalog.Call, i int, servers []netip.AddrPort) (all []netip.AddrPort, read bool) {
	name := c.Text(i)[len("local="):]
	if name == "on" {
		name = "/etc/resolv.conf"
	}
	name = c.Env.FullName(name, true)
	if err := c.Env.File(name); err != nil {
		return servers, unparsed(c, i, `open() "`+name+`" failed`+catalog.ErrnoSuffix(err))
	}
	text, ok := c.Env.Contents(name)
	if !ok {
		return servers, false
	}
	for _, addr := range resolvConf(text[:min(len(text), localSize)]) {
		if strings.Contains(addr, ":") {
			if len(addr)+len("[]") > localInet6 {
				return servers, unparsed(c, i, `IPv6 resolver address is too long: "`+addr+`"`)
			}
			addr = "[" + addr + "]"
		}
		a, phrase := catalog.ParseURL(addr, catalog.URLOptions{DefaultPort: 53}, c.Env.Resolve)
		if phrase != "" {
			return servers, unparsed(c, i, phrase+` in resolver "`+addr+`"`)
		}
		servers = append(servers, a.Addrs...)
	}
	return servers, true
}

// unparsed reports the two messages of a file without sense.
func unparsed(c *catalog.Call, i int, why string) (read bool) {
	c.ReportPassing(i, why)
	return c.Fail(i, "unable to parse local resolver")
}

// resolvConf returns the addresses behind "nameserver", wherever in a line that
// stands. An address begins with the first byte that is no blank, even one that
// ends the line, and a comment takes away the address that it begins in.
func resolvConf(text []byte) (addrs []string) {
	const keyword, marks, ends = "nameserver", "#;", "\r\n"
	for len(addrs) < maxLocal {
		i := bytes.Index(text, []byte(keyword))
		if i < 0 {
			break
		}
		if mark := bytes.IndexAny(text[:i], marks); mark >= 0 {
			text = afterLine(text[mark:])
			continue
		}
		text = bytes.TrimLeft(text[i+len(keyword):], " \t")
		if len(text) < 2 { // a lone byte at the end of the file ends no address
			break
		}
		end := 1 + bytes.IndexAny(text[1:], ends)
		if end == 0 {
			end = len(text)
		}
		if mark := bytes.IndexAny(text[:end], marks); mark >= 0 {
			text = afterLine(text[mark:])
			continue
		}
		addrs, text = append(addrs, string(text[:end])), text[end:]
	}
	return addrs
}

// afterLine returns what follows the first line.
func afterLine(text []byte) []byte {
	if i := bytes.IndexAny(text, "\r\n"); i >= 0 {
		return text[i:]
	}
	return nil
}
