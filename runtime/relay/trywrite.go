package relay

// TryWrite sends as much of b as the socket takes at once. It returns the number of bytes sent, with ErrWouldBlock when some are
// left, or an *OpError{"send()"}.
func (c *Conn) TryWrite(b []byte) (int, error) {
	if !c.enter() {
		return 0, ErrClosed
	}
	defer c.leave()
	done := 0
	for done < len(b) {
		n, en := send(c.fd, b[done:])
		done += n
		switch {
		case en == eagain:
			return done, errWouldBlock
		case en != 0:
			return done, &OpError{Op: "send()", Errno: en}
		}
	}
	return done, nil
}
