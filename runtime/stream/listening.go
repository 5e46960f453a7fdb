package stream

// Listening is the address of the listening socket that the session came to, as log lines name it.
func (s *Session) Listening() string { return s.entry.name }
