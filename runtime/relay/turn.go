package relay

// Turn is a goroutine's spell as the driver of a loop. A handler that accepting calls runs inside one: as long as it does not wait, it
// costs neither a goroutine nor a switch. When it finds that it has to wait after all it calls Leave first: another goroutine then
// goes on driving the loop, and the handler's becomes an ordinary one that ends with the handler.
type Turn struct {
	l    *loop
	left bool
}

// Leave hands the loop on. It must be called from the handler, on its goroutine, before the handler first waits; further calls do
// nothing.
func (t *Turn) Leave() {
	if t == nil || t.left {
		return
	}
	t.left = true
	t.l.e.running.Add(1)
	select {
	case t.l.relief <- struct{}{}:
	default:
		go t.l.drive()
	}
}

// Turn is the spell in which the connection was accepted, for the handler of Listener.Accept only, and only until it returns.
func (c *Conn) Turn() *Turn { return c.turn }
