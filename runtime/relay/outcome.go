package relay

// outcome is how a session ends, and what went wrong on the way; the session's mu guards it. What is to be told of it is told
// when mu has been released: see due.
type outcome struct {
	failures []Failure // for OnError
	err      error
	state    sessionState
	cause    Cause
}

type sessionState uint8

const (
	running sessionState = iota
	ending               // cause is set; done is to be called once mu is released
	ended
)

// finish ends the session, unless it has ended.
func (o *outcome) finish(cause Cause, err error) {
	if o.state == running {
		o.state, o.cause, o.err = ending, cause, err
	}
}

// broken ends the session for an error of one side.
func (o *outcome) broken(side Side, err error) {
	cause := CauseClientError
	if side == Upstream {
		cause = CauseUpstreamError
	}
	o.finish(cause, err)
}

// due hands out the failures to report, and whether the caller is the one who has to close the session and call done.
func (o *outcome) due() (failures []Failure, last bool) {
	failures, last = o.failures, o.state == ending
	o.failures = nil
	if last {
		o.state = ended
	}
	return failures, last
}
