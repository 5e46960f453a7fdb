package resolver

import (
	"context"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/miekg/dns"

	"tidegate/runtime/errlog"
)

// udpSize is the longest datagram that is read; no larger ones are asked for.
const udpSize = 4096

// question is one message of a query and what became of it.
type question struct {
	qtype    uint16
	id       uint16
	packed   []byte
	answered bool
	tcp      bool // the answer was truncated, TCP is under way
	addrs    []netip.Addr
	srvs     []srvRecord
	cname    string
	code     int
}

// query is the goroutine that finds out about a node. Everything in it belongs
// to that goroutine; readers hand packets over through in.
type query struct {
	r         *Resolver
	n         *node
	server    int
	questions []*question
	socks     map[int]net.Conn
	in        chan packet
	code      int
	ttl       uint32
	ctx       context.Context
}

// packet is a datagram or a message of TCP.
type packet struct {
	data []byte
	tcp  bool
	err  error
	from int // index of the server
}

func newQuery(r *Resolver, n *node, server int) *query {
	q := &query{r: r, n: n, server: server, socks: map[int]net.Conn{}, in: make(chan packet, 4), ttl: 1<<32 - 1}
	types := []uint16{dns.TypeA, dns.TypeAAAA}
	switch {
	case n.srv:
		types = []uint16{dns.TypeSRV}
	case r.cfg.NoIPv4:
		types = types[1:]
	case r.cfg.NoIPv6:
		types = types[:1]
	}
	for _, t := range types {
		q.questions = append(q.questions, newQuestion(n.name, t))
	}
	return q
}

func newQuestion(name string, qtype uint16) *question {
	var id [2]byte
	rand.Read(id[:])
	m := dns.Msg{
		MsgHdr:   dns.MsgHdr{Id: binary.BigEndian.Uint16(id[:]), RecursionDesired: true},
		Question: []dns.Question{{Name: wireName(name), Qtype: qtype, Qclass: dns.ClassINET}},
	}
	packed, err := m.Pack()
	if err != nil {
		packed = nil
	}
	return &question{qtype: qtype, id: m.Id, packed: packed}
}

// wireName writes a name so that miekg/dns takes every byte of it literally.
func wireName(name string) string {
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		switch c := name[i]; {
		case c == '.' || c == '-' || c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z':
			b.WriteByte(c)
		default:
			fmt.Fprintf(&b, "\\%03d", c)
		}
	}
	return b.String() + "."
}

// plainName undoes wireName and what miekg/dns escapes.
func plainName(name string) string {
	name = strings.TrimSuffix(name, ".")
	if !strings.Contains(name, "\\") {
		return strings.ToLower(name)
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] != '\\' {
			b.WriteByte(name[i])
			continue
		}
		if i+3 < len(name) && name[i+1] >= '0' && name[i+1] <= '9' {
			b.WriteByte((name[i+1]-'0')*100 + (name[i+2]-'0')*10 + name[i+3] - '0')
			i += 3
		} else if i+1 < len(name) {
			i++
			b.WriteByte(name[i])
		}
	}
	return strings.ToLower(b.String())
}

// run asks until there is an answer or nobody waits for one.
func (q *query) run(ctx context.Context) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer q.n.stop()
	q.ctx = ctx
	defer func() {
		for _, c := range q.socks {
			c.Close()
		}
	}()
	if q.questions[0].packed == nil {
		q.finish(CodeNotFound)
		return
	}
	if !q.send() {
		q.nextServer()
		q.send()
	}
	timer := time.NewTimer(q.r.cfg.Resend)
	defer timer.Stop()
	for {
		select {
		case p := <-q.in:
			if p.err != nil {
				q.broken(p)
			} else if q.take(p) {
				return
			}
		case <-timer.C:
			if q.r.abandoned(q.n) {
				return
			}
			q.nextServer()
			q.send()
			timer.Reset(q.r.cfg.Resend)
		case <-ctx.Done():
			q.finish(CodeTimedOut)
			return
		}
	}
}

func (q *query) nextServer() {
	q.server = (q.server + 1) % len(q.r.cfg.Servers)
}

// send sends what is not answered to the current server.
func (q *query) send() bool {
	for _, u := range q.questions {
		switch {
		case u.answered:
		case u.tcp:
			go q.exchangeTCP(u, q.server)
		default:
			c, err := q.sock(q.server)
			if err == nil {
				_, err = c.Write(u.packed)
			}
			if err != nil {
				q.closeSock(q.server)
				q.log(q.server, "send() failed", err)
				return false
			}
		}
	}
	return true
}

// sock is the connected socket to a server: the kernel drops what comes from
// elsewhere, and a fresh port for each query is hard to guess.
func (q *query) sock(server int) (net.Conn, error) {
	if c := q.socks[server]; c != nil {
		return c, nil
	}
	c, err := net.DialUDP("udp", nil, net.UDPAddrFromAddrPort(q.r.cfg.Servers[server]))
	if err != nil {
		return nil, err
	}
	q.socks[server] = c
	go func() {
		buf := make([]byte, udpSize)
		for {
			n, err := c.Read(buf)
			if errors.Is(err, net.ErrClosed) {
				return
			}
			q.hand(packet{data: slices.Clone(buf[:n]), err: err, from: server})
			if err != nil {
				return
			}
		}
	}()
	return c, nil
}

func (q *query) closeSock(server int) {
	if c := q.socks[server]; c != nil {
		c.Close()
		delete(q.socks, server)
	}
}

// hand gives a packet to the goroutine of the query, if that still runs.
func (q *query) hand(p packet) {
	select {
	case q.in <- p:
	case <-q.ctx.Done():
	}
}

func (q *query) broken(p packet) {
	if p.tcp {
		q.log(p.from, p.err.Error(), nil)
		return
	}
	q.closeSock(p.from)
	q.log(p.from, "recv() failed", p.err)
}

// log adds what nginx's log context of a resolver says.
func (q *query) log(server int, msg string, err error) {
	q.r.cfg.Log(fmt.Sprintf("%s%s while resolving, resolver: %s", msg, errlog.Errno(err), q.r.cfg.Servers[server]), err)
}

// exchangeTCP asks one question over a connection of its own.
func (q *query) exchangeTCP(u *question, server int) {
	addr := q.r.cfg.Servers[server]
	fail := func(what string, err error) {
		q.hand(packet{tcp: true, from: server, err: errors.New(what + errlog.Errno(err))})
	}
	d := net.Dialer{Timeout: q.r.cfg.TCPTimeout}
	c, err := d.DialContext(q.ctx, "tcp", addr.String())
	if err != nil {
		fail(fmt.Sprintf("connect() to %s failed", addr), err)
		return
	}
	defer c.Close()
	stop := context.AfterFunc(q.ctx, func() { c.Close() })
	defer stop()
	c.SetDeadline(time.Now().Add(q.r.cfg.TCPTimeout))
	msg := binary.BigEndian.AppendUint16(nil, uint16(len(u.packed)))
	if _, err := c.Write(append(msg, u.packed...)); err != nil {
		fail("send() failed", err)
		return
	}
	var size [2]byte
	if _, err := io.ReadFull(c, size[:]); err != nil {
		fail("recv() failed", err)
		return
	}
	data := make([]byte, binary.BigEndian.Uint16(size[:]))
	if _, err := io.ReadFull(c, data); err != nil {
		fail("recv() failed", err)
		return
	}
	q.hand(packet{data: data, tcp: true, from: server})
}

// take looks at a packet; true when the query is over
// (ngx_resolver_process_response).
func (q *query) take(p packet) bool {
	u, msg := q.match(p)
	if u == nil {
		return false
	}
	if msg.Truncated {
		if !u.tcp {
			u.tcp = true
			go q.exchangeTCP(u, p.from)
		}
		return false
	}
	if !q.read(u, msg) {
		return false
	}
	u.answered = true
	return q.conclude(u)
}

// match checks that a packet answers a question of this query and gives that
// question.
func (q *query) match(p packet) (*question, *dns.Msg) {
	log := func(msg string) { q.r.cfg.Log(msg, nil) }
	if len(p.data) < 12 {
		log("short DNS response")
		return nil, nil
	}
	id, flags := binary.BigEndian.Uint16(p.data), binary.BigEndian.Uint16(p.data[2:])
	const mask, reply, truncated = 0xf870, 0x8000, 0x0200
	if flags&mask != reply || flags&truncated != 0 && p.tcp {
		proto := "UDP"
		if p.tcp {
			proto = "TCP"
		}
		log(fmt.Sprintf("invalid %s DNS response %d fl:%04X", proto, id, flags))
		return nil, nil
	}
	if code := int(flags & 0xf); code == CodeFormat || code > CodeRefused {
		// No name may be left in such an answer, so it ends nothing.
		text := fmt.Sprintf("DNS error (%d: %s), query id:%d", code, codeText(code), id)
		if code == CodeFormat && slices.ContainsFunc(q.questions, func(u *question) bool { return u.id == id }) {
			text += fmt.Sprintf(", name:\"%s\"", q.n.name)
		}
		log(text)
		return nil, nil
	}
	msg := new(dns.Msg)
	// miekg/dns forgives a message that ends in its question or before all of
	// the records announced.
	records := int(binary.BigEndian.Uint16(p.data[6:]))
	if err := msg.Unpack(p.data); err != nil || len(msg.Answer) < records && !msg.Truncated || cutQuestion(msg) {
		log("short DNS response")
		return nil, nil
	}
	return q.asked(msg, id), msg
}

func cutQuestion(m *dns.Msg) bool {
	return len(m.Question) == 1 && m.Question[0].Qtype == 0 && m.Question[0].Qclass == 0
}

// asked finds the question that a message answers.
func (q *query) asked(msg *dns.Msg, id uint16) *question {
	log := func(msg string) { q.r.cfg.Log(msg, nil) }
	if len(msg.Question) != 1 {
		log("invalid number of questions in DNS response")
		return nil
	}
	its := msg.Question[0]
	if its.Qclass != dns.ClassINET {
		log(fmt.Sprintf("unknown query class %d in DNS response", its.Qclass))
		return nil
	}
	name := plainName(its.Name)
	for _, u := range q.questions {
		if u.qtype != its.Qtype || name != q.n.name || u.answered {
			continue
		}
		if u.id != id {
			log(fmt.Sprintf("wrong ident %d in DNS response for %s, expect %d", id, name, u.id))
			return nil
		}
		return u
	}
	log("unexpected DNS response for " + name)
	return nil
}

// read takes the records of an answer; false drops the message.
func (q *query) read(u *question, msg *dns.Msg) bool {
	u.code = msg.Rcode
	if u.code != 0 {
		return true
	}
	ttl := q.ttl
	u.addrs, u.srvs, u.cname = nil, nil, ""
	for _, rr := range msg.Answer {
		h := rr.Header()
		if h.Class != dns.ClassINET {
			q.r.cfg.Log(fmt.Sprintf("unexpected RR class %d in DNS response", h.Class), nil)
			return false
		}
		t := h.Ttl
		if t > 1<<31-1 {
			t = 0
		}
		ttl = min(ttl, t)
		if err := u.record(rr); err != nil {
			q.r.cfg.Log(err.Error(), nil)
			if !errors.Is(err, errSkipped) {
				return false
			}
		}
	}
	q.ttl = ttl
	return true
}

// errSkipped marks a record that is passed over.
var errSkipped = errors.New("unexpected RR type")

func (u *question) record(rr dns.RR) error {
	switch rr := rr.(type) {
	case *dns.A:
		a, ok := netip.AddrFromSlice(rr.A.To4())
		if u.qtype != dns.TypeA {
			return errors.New("unexpected A record in DNS response")
		}
		if !ok {
			return errors.New("invalid A record in DNS response")
		}
		u.addrs = append(u.addrs, a)
	case *dns.AAAA:
		a, ok := netip.AddrFromSlice(rr.AAAA)
		if u.qtype != dns.TypeAAAA {
			return errors.New("unexpected AAAA record in DNS response")
		}
		if !ok {
			return errors.New("invalid AAAA record in DNS response")
		}
		u.addrs = append(u.addrs, a)
	case *dns.SRV:
		if u.qtype != dns.TypeSRV {
			return fmt.Errorf("%w %d in DNS response", errSkipped, rr.Hdr.Rrtype)
		}
		u.srvs = append(u.srvs, srvRecord{plainName(rr.Target), rr.Priority, max(rr.Weight, 1), rr.Port})
	case *dns.CNAME:
		u.cname = plainName(rr.Target)
	case *dns.DNAME:
	default:
		return fmt.Errorf("%w %d in DNS response", errSkipped, rr.Header().Rrtype)
	}
	return nil
}

// conclude ends the query once every question is answered. A failure of one
// question fails the name, even if the other brought addresses, as in nginx.
func (q *query) conclude(last *question) bool {
	if last.code != 0 {
		q.code = last.code
	}
	for _, u := range q.questions {
		if !u.answered {
			return false
		}
	}
	code := q.code
	for _, u := range q.questions {
		switch u.qtype {
		case dns.TypeA:
			q.n.addrs4 = u.addrs
		case dns.TypeAAAA:
			q.n.addrs6 = u.addrs
		default:
			q.n.srvs = u.srvs
		}
	}
	if len(q.n.addrs4)+len(q.n.addrs6)+len(q.n.srvs) == 0 && code == 0 {
		for _, u := range q.questions {
			if u.cname != "" {
				q.n.cname = u.cname
			}
		}
		if q.n.cname == "" {
			code = CodeNotFound
		}
	}
	slices.SortStableFunc(q.n.srvs, func(a, b srvRecord) int { return int(a.priority) - int(b.priority) })
	q.finish(code)
	return true
}

func (q *query) finish(code int) {
	q.n.code = code
	q.r.publish(q.n, time.Duration(q.ttl)*time.Second)
}
