package relay

import (
	"time"

	"golang.org/x/sys/unix"
)

// control sets an integer option; op names it for the error in nginx's words.
func (c *Conn) control(level, opt, value int, op string) error {
	if !c.enter() {
		return ErrClosed
	}
	defer c.leave()
	if en := setsockopt(c.fd, level, opt, value); en != 0 {
		return &OpError{Op: op, Errno: en}
	}
	return nil
}

func flag(on bool) int {
	if on {
		return 1
	}
	return 0
}

// SetNoDelay switches TCP_NODELAY. On unix sockets it does nothing.
func (c *Conn) SetNoDelay(on bool) error {
	if c.Peer().unix {
		return nil
	}
	return c.control(unix.IPPROTO_TCP, unix.TCP_NODELAY, flag(on), "setsockopt(TCP_NODELAY)")
}

// SetKeepAlive switches SO_KEEPALIVE and, where not zero, sets the idle time, the interval (whole seconds) and the probe count.
func (c *Conn) SetKeepAlive(on bool, idle, interval time.Duration, count int) error {
	if err := c.control(unix.SOL_SOCKET, unix.SO_KEEPALIVE, flag(on), "setsockopt(SO_KEEPALIVE)"); err != nil {
		return err
	}
	for _, o := range keepAliveOptions(idle, interval, count) {
		if err := c.control(unix.IPPROTO_TCP, o.opt, o.value, "setsockopt("+o.name+")"); err != nil {
			return err
		}
	}
	return nil
}

type tcpOption struct {
	opt, value int
	name       string
}

// keepAliveOptions lists the tunables that are set, in ngx_configure_listening_sockets's order.
func keepAliveOptions(idle, interval time.Duration, count int) []tcpOption {
	var list []tcpOption
	if idle > 0 {
		list = append(list, tcpOption{unix.TCP_KEEPIDLE, int(idle / time.Second), "TCP_KEEPIDLE"})
	}
	if interval > 0 {
		list = append(list, tcpOption{unix.TCP_KEEPINTVL, int(interval / time.Second), "TCP_KEEPINTVL"})
	}
	if count > 0 {
		list = append(list, tcpOption{unix.TCP_KEEPCNT, count, "TCP_KEEPCNT"})
	}
	return list
}

// SetLinger is SO_LINGER: sec < 0 restores the default, 0 makes Close send RST (as reset_timedout_connection does), and more
// makes Close wait that many seconds for unsent bytes.
func (c *Conn) SetLinger(sec int) error {
	if !c.enter() {
		return ErrClosed
	}
	defer c.leave()
	l := unix.Linger{}
	if sec >= 0 {
		l = unix.Linger{Onoff: 1, Linger: int32(sec)}
	}
	if err := unix.SetsockoptLinger(int(c.fd), unix.SOL_SOCKET, unix.SO_LINGER, &l); err != nil {
		return &OpError{Op: "setsockopt(SO_LINGER)", Errno: err.(errno)}
	}
	if sec > 0 {
		c.flags.Or(lingers)
	}
	return nil
}

// SetReceiveBuffer is SO_RCVBUF in bytes.
func (c *Conn) SetReceiveBuffer(n int) error {
	return c.control(unix.SOL_SOCKET, unix.SO_RCVBUF, n, "setsockopt(SO_RCVBUF)")
}

// SetSendBuffer is SO_SNDBUF in bytes.
func (c *Conn) SetSendBuffer(n int) error {
	return c.control(unix.SOL_SOCKET, unix.SO_SNDBUF, n, "setsockopt(SO_SNDBUF)")
}
