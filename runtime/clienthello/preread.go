package clienthello

// Result is what Preread.Feed makes of the bytes so far.
type Result int

// The results, by nginx's codes: NGX_AGAIN, NGX_DECLINED, NGX_OK.
const (
	More    Result = iota // the message is not complete
	Decline               // not a TLS ClientHello; the variables are unset
	Done
)

func (r Result) String() string {
	return [...]string{"more", "decline", "done"}[r]
}

// state is where in the message the reader stands: each names the part that is
// being read, as in ngx_stream_ssl_preread_parse_record.
type state int

const (
	atStart state = iota
	atHeader
	atVersion
	atRandom
	atSessionIDLen
	atSessionID
	atSuitesLen
	atSuites
	atCompressionLen
	atCompression
	atExtensions
	atExtensionHeader
	atNameLen
	atNameHead
	atName
	atProtocolsLen
	atProtocolLen
	atProtocol
	atVersionsLen
)

// Preread reads a ClientHello as nginx's ssl_preread does. The zero value is
// ready.
type Preread struct {
	pos   int   // of the record not read yet
	state state // what is being read
	size  int   // bytes of it that are missing
	left  int   // bytes of the message that are missing
	ext   int   // bytes of the extension's list that are missing
	dst   target
	fill  int     // bytes in buf
	buf   [4]byte // a length or header being read

	version  [2]byte
	host     []byte
	hostLen  int
	hasHost  bool
	alpn     []byte
	hasALPN  bool
	declined bool
	done     bool
}

// target is where the bytes being read go.
type target int

const (
	nowhere target = iota
	toBuf
	toVersion
	toHost
	toALPN
)

// Feed looks at everything the client has sent so far. It is to be called with
// the same bytes and more, until the result is not More.
func (p *Preread) Feed(data []byte) Result {
	switch {
	case p.declined:
		return Decline
	case p.done:
		return Done
	}
	for len(data)-p.pos >= 5 {
		h := data[p.pos:]
		if h[0]&0x80 != 0 && h[2] == 1 && (h[3] == 0 || h[3] == 3) {
			// A hello in the framing of SSLv2 tells its version and no more.
			p.version = [2]byte{h[3], h[4]}
			p.done = true
			return Done
		}
		const handshake, major = 0x16, 3
		if h[0] != handshake || h[1] != major {
			return p.decline()
		}
		n := int(h[3])<<8 | int(h[4])
		if len(h) < 5+n {
			break
		}
		switch p.record(h[5 : 5+n]) {
		case Decline:
			return p.decline()
		case Done:
			p.done = true
			return Done
		}
		p.pos += 5 + n
	}
	return More
}

func (p *Preread) decline() Result {
	*p = Preread{declined: true}
	return Decline
}

// Known reports whether the variables have values, be they empty: nginx unsets
// them when the client does not speak TLS.
func (p *Preread) Known() bool { return !p.declined }

// ServerName is $ssl_preread_server_name.
func (p *Preread) ServerName() string { return string(p.host[:p.hostLen]) }

// ALPN is $ssl_preread_alpn_protocols: the names, joined by commas.
func (p *Preread) ALPN() string { return string(p.alpn) }

// Protocol is $ssl_preread_protocol: the highest version that the client
// speaks, "TLSv1.3" as soon as it sends a list of versions.
func (p *Preread) Protocol() string {
	switch p.version {
	case [2]byte{0, 2}:
		return "SSLv2"
	case [2]byte{3, 0}:
		return "SSLv3"
	case [2]byte{3, 1}:
		return "TLSv1"
	case [2]byte{3, 2}:
		return "TLSv1.1"
	case [2]byte{3, 3}:
		return "TLSv1.2"
	case [2]byte{3, 4}:
		return "TLSv1.3"
	}
	return ""
}

// record reads the payload of one record.
func (p *Preread) record(in []byte) Result {
	for {
		n := min(len(in), p.size)
		p.keep(in[:n])
		in = in[n:]
		p.size -= n
		p.left -= n
		if p.size != 0 {
			return More
		}
		if r := p.step(); r != More {
			return r
		}
		if p.left < p.size {
			return Decline
		}
	}
}

// keep puts bytes where they belong.
func (p *Preread) keep(b []byte) {
	switch p.dst {
	case toBuf:
		p.fill += copy(p.buf[p.fill:], b)
	case toVersion:
		p.fill += copy(p.version[p.fill:], b)
	case toHost:
		p.host = append(p.host, b...)
	case toALPN:
		p.alpn = append(p.alpn, b...)
	}
}

// read sets what comes next: size bytes into dst.
func (p *Preread) read(s state, dst target, size int) {
	p.state, p.dst, p.size, p.fill = s, dst, size, 0
}

func (p *Preread) short(i int) int { return int(p.buf[i])<<8 | int(p.buf[i+1]) }

// step is taken when a part is complete.
func (p *Preread) step() Result {
	switch p.state {
	case atStart:
		p.read(atHeader, toBuf, 4)
		p.left = 4
	case atHeader:
		const clientHello = 1
		if p.buf[0] != clientHello {
			return Decline
		}
		p.left = int(p.buf[1])<<16 | p.short(2)
		p.read(atVersion, toVersion, 2)
	case atVersion:
		p.read(atRandom, nowhere, 32)
	case atRandom:
		p.read(atSessionIDLen, toBuf, 1)
	case atSessionIDLen:
		p.read(atSessionID, nowhere, int(p.buf[0]))
	case atSessionID:
		p.read(atSuitesLen, toBuf, 2)
	case atSuitesLen:
		p.read(atSuites, nowhere, p.short(0))
	case atSuites:
		p.read(atCompressionLen, toBuf, 1)
	case atCompressionLen:
		p.read(atCompression, nowhere, int(p.buf[0]))
	case atCompression:
		if p.left == 0 {
			return Done
		}
		p.read(atExtensions, toBuf, 2)
	case atExtensions:
		if p.left == 0 {
			return Done
		}
		p.read(atExtensionHeader, toBuf, 4)
	case atExtensionHeader:
		p.extension()
	default:
		return p.inExtension()
	}
	return More
}

// extension begins an extension: three are read, the first of its kind, the
// others skipped.
func (p *Preread) extension() {
	const serverName, alpn, supportedVersions = 0, 16, 43
	switch id := p.short(0); {
	case id == serverName && !p.hasHost:
		p.read(atNameLen, toBuf, 2)
	case id == alpn && !p.hasALPN:
		p.read(atProtocolsLen, toBuf, 2)
	case id == supportedVersions:
		p.read(atVersionsLen, toBuf, 1)
	default:
		p.read(atExtensions, nowhere, p.short(2))
	}
}

func (p *Preread) inExtension() Result {
	switch p.state {
	case atNameLen:
		p.ext = p.short(0)
		p.read(atNameHead, toBuf, 3)
	case atNameHead:
		n := p.short(1)
		if p.buf[0] != 0 || p.ext < 3+n {
			return Decline
		}
		p.ext -= 3 + n
		p.hasHost = true
		p.read(atName, toHost, n)
	case atName:
		p.hostLen = len(p.host)
		p.read(atExtensions, nowhere, p.ext)
	case atProtocolsLen:
		p.ext = p.short(0)
		p.hasALPN = true
		p.read(atProtocolLen, toBuf, 1)
	case atProtocolLen:
		n := int(p.buf[0])
		if n == 0 || p.ext < 1+n {
			return Decline
		}
		p.ext -= 1 + n
		p.read(atProtocol, toALPN, n)
	case atProtocol:
		if p.ext != 0 {
			p.alpn = append(p.alpn, ',')
			p.read(atProtocolLen, toBuf, 1)
			break
		}
		p.read(atExtensions, nowhere, 0)
	case atVersionsLen:
		p.version = [2]byte{3, 4}
		p.read(atExtensions, nowhere, int(p.buf[0]))
	}
	return More
}
