package relay

import (
	"encoding/binary"
	"net/netip"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// batch is room for receiving and sending several datagrams with one system call. A loop has one, made when it first serves UDP.
// The data area is large but only the pages that datagrams touch become resident.
type batch struct {
	in    vector
	out   vector // apart, because answers are sent while a batch is being read
	names [batchSize]sockaddr
	ctrl  [batchSize][controlSize]byte
	from  [controlSize]byte
	data  []byte
}

type vector struct {
	hdrs [batchSize]mmsghdr
	iovs [batchSize]unix.Iovec
}

// set makes entry i describe one buffer and nothing else.
func (v *vector) set(i int, buf []byte) *mmsghdr {
	h := &v.hdrs[i]
	v.iovs[i].Base = unsafe.SliceData(buf)
	v.iovs[i].SetLen(len(buf))
	h.Iov = &v.iovs[i]
	h.SetIovlen(1)
	h.Name, h.Namelen, h.Control = nil, 0, nil
	h.SetControllen(0)
	return h
}

const (
	batchSize   = 16
	maxDatagram = 65535
	slot        = 64 << 10
	controlSize = 64 // enough for one in6_pktinfo
)

// mmsghdr is struct mmsghdr.
type mmsghdr struct {
	unix.Msghdr
	n uint32
	_ [4]byte
}

func newBatch() *batch { return &batch{data: make([]byte, batchSize*slot)} }

// at is the i-th datagram received.
func (b *batch) at(i int) []byte { return b.data[i*slot : i*slot+int(b.in.hdrs[i].n)] }

// recv reads up to most datagrams; with names it also asks for senders, with ctrl for destination addresses.
func (b *batch) recv(fd int32, most int, names, ctrl bool) (int, errno) {
	for i := range most {
		h := b.in.set(i, b.data[i*slot:i*slot+maxDatagram])
		if names {
			h.Name, h.Namelen = &b.names[i].raw[0], sizeofSockaddr
		}
		if ctrl {
			h.Control = &b.ctrl[i][0]
			h.SetControllen(controlSize)
		}
	}
	for {
		n, _, en := syscall.RawSyscall6(unix.SYS_RECVMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.in.hdrs)), uintptr(most), unix.MSG_DONTWAIT, 0, 0)
		switch {
		case en == unix.EINTR:
		case en != 0:
			return 0, en
		default:
			for i := range int(n) {
				b.names[i].len = b.in.hdrs[i].Namelen
			}
			return int(n), 0
		}
	}
}

// outgoing is a list of datagrams for one destination.
type outgoing struct {
	to   *sockaddr // nil on a connected socket
	from netip.Addr
	list [][]byte
}

// send sends the datagrams with as few calls as possible and returns how many went.
func (b *batch) send(fd int32, o *outgoing) (int, errno) {
	done := 0
	size := putPktinfo(&b.from, o.from)
	for done < len(o.list) {
		n := min(len(o.list)-done, batchSize)
		for i := range n {
			h := b.out.set(i, o.list[done+i])
			if o.to != nil {
				h.Name, h.Namelen = &o.to.raw[0], o.to.len
			}
			if size > 0 {
				h.Control = &b.from[0]
				h.SetControllen(size)
			}
		}
		sent, _, en := syscall.RawSyscall6(unix.SYS_SENDMMSG, uintptr(fd), uintptr(unsafe.Pointer(&b.out.hdrs)), uintptr(n), unix.MSG_NOSIGNAL, 0, 0)
		if en == unix.EINTR {
			continue
		}
		if en != 0 {
			return done, en
		}
		done += int(sent)
	}
	return done, 0
}

// putPktinfo writes the control message that makes a datagram leave from an address (ngx_set_srcaddr_cmsg); the size is 0 for an
// invalid address.
func putPktinfo(ctrl *[controlSize]byte, from netip.Addr) int {
	if !from.IsValid() {
		return 0
	}
	h := (*unix.Cmsghdr)(unsafe.Pointer(ctrl))
	data := ctrl[unix.SizeofCmsghdr:]
	if from.Is4() {
		h.Level, h.Type = unix.IPPROTO_IP, unix.IP_PKTINFO
		h.SetLen(unix.CmsgLen(unix.SizeofInet4Pktinfo))
		ip := from.As4()
		clear(data[:unix.SizeofInet4Pktinfo])
		copy(data[4:], ip[:]) // ipi_spec_dst
		return unix.CmsgSpace(unix.SizeofInet4Pktinfo)
	}
	h.Level, h.Type = unix.IPPROTO_IPV6, unix.IPV6_PKTINFO
	h.SetLen(unix.CmsgLen(unix.SizeofInet6Pktinfo))
	ip := from.As16()
	clear(data[:unix.SizeofInet6Pktinfo])
	copy(data, ip[:])
	return unix.CmsgSpace(unix.SizeofInet6Pktinfo)
}

// pktinfo finds the destination address among the control messages (ngx_get_srcaddr_cmsg).
func pktinfo(ctrl []byte) (netip.Addr, bool) {
	for len(ctrl) >= unix.SizeofCmsghdr {
		size := int(binary.NativeEndian.Uint64(ctrl))
		level := int32(binary.NativeEndian.Uint32(ctrl[8:]))
		kind := int32(binary.NativeEndian.Uint32(ctrl[12:]))
		if size < unix.SizeofCmsghdr || size > len(ctrl) {
			break
		}
		data := ctrl[unix.SizeofCmsghdr:size]
		switch {
		case level == unix.IPPROTO_IP && kind == unix.IP_PKTINFO && len(data) >= unix.SizeofInet4Pktinfo:
			return netip.AddrFrom4([4]byte(data[8:12])), true // ipi_addr
		case level == unix.IPPROTO_IPV6 && kind == unix.IPV6_PKTINFO && len(data) >= unix.SizeofInet6Pktinfo:
			return netip.AddrFrom16([16]byte(data[:16])), true
		}
		next := (size + 7) &^ 7
		if next > len(ctrl) {
			break
		}
		ctrl = ctrl[next:]
	}
	return netip.Addr{}, false
}
