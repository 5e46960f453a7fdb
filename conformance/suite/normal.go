package suite

import (
	"cmp"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"tidegate/conformance/testnginx"
)

// Where is the place that an observation was made in: what differs from run to run.
type Where struct {
	Root  string         `json:"root"` // the server root
	Dir   string         `json:"dir"`
	Port  int            `json:"port"` // of http; the stream servers have those behind it
	Ports map[string]int `json:"ports,omitempty"`
	Suite string         `json:"suite,omitempty"` // the suite's root
	Home  string         `json:"home,omitempty"`  // where the server is installed
}

// names pairs what differs from run to run with what it is called, the longest first.
func (w Where) names() [][2]string {
	out := [][2]string{{w.Root, "$TEST_NGINX_SERVER_ROOT"}, {w.Dir, "$TEST_NGINX_DIR"}}
	for i, n := range []string{"$TEST_NGINX_SERVER_PORT", "$TEST_NGINX_STREAM_PORT", "$TEST_NGINX_STREAM_PORT_2", "$TEST_NGINX_STREAM_PORT_3"} {
		out = append(out, [2]string{strconv.Itoa(w.Port + i), n})
	}
	for value, name := range map[string]string{w.Suite: "$SUITE", w.Home: "$HOME_OF_SERVER"} {
		if len(value) > len("/usr/") {
			out = append(out, [2]string{value, name})
		}
	}
	for name, port := range w.Ports {
		out = append(out, [2]string{strconv.Itoa(port), "$" + name})
	}
	slices.SortFunc(out, func(a, b [2]string) int {
		return cmp.Or(cmp.Compare(len(b[0]), len(a[0])), strings.Compare(a[0], b[0]))
	})
	return out
}

var (
	stamp = regexp.MustCompile(`^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (\[\w*\]) \d+#\d+: (?:\*(\d+) )?`)
	// startup are the lines of starting and stopping, which tell of the server and not of the case.
	startup = regexp.MustCompile(`^\[notice\] (using the |openresty/|nginx/|tidegate|built by|OS: |getrlimit|start |signal |gracefully|exit|worker process|reconfigur|reopening|the "user")|` +
		`^\[\w+\] (the "user" directive makes sense|epoll_wait\(\) failed \(4: Interrupted)`)
	pointers = regexp.MustCompile(`\b[0-9A-F]{16}\b`)
	address  = regexp.MustCompile(`0x[0-9a-f]{4,}`)
	// clientPort is a port that the kernel chose: servers of cases have theirs below 32768.
	clientPort = regexp.MustCompile(`\b(127\.0\.0\.\d+:|\[::1\]:)(3276[89]|327[7-9]\d|32[89]\d\d|3[3-9]\d{3}|[4-6]\d{4})\b`)
	// longName is the name of a Lua file in a server root as luaO_chunkid shortens it.
	longName = regexp.MustCompile(`\.\.\.[^\s:]*/t/servroot_\d+`)
	// libraryLine is a place in the Lua files that come with OpenResty.
	libraryLine = regexp.MustCompile(`(?:\.\.\.)?[^\s:]*/lualib/(?:resty|ngx)/[^\s:]+\.lua:\d+: `)
)

// NormalLog is a log without what differs from run to run, and without the lines of starting and stopping. It goes connection by
// connection, in the order in which they came: what two of them do at the same time has no order. Lines of none come first.
func (o *Observation) NormalLog(log string) string {
	type message struct {
		conn int
		text string
	}
	var all []message
	for line := range strings.Lines(log) {
		m := stamp.FindStringSubmatch(line)
		switch {
		case m != nil:
			conn, _ := strconv.Atoi(m[2])
			all = append(all, message{conn, m[1] + " " + line[len(m[0]):]})
		case len(all) > 0:
			all[len(all)-1].text += line
		default:
			all = append(all, message{0, line})
		}
	}
	slices.SortStableFunc(all, func(a, b message) int { return a.conn - b.conn })
	var b strings.Builder
	for _, m := range all {
		if !startup.MatchString(m.text) {
			b.WriteString(m.text)
		}
	}
	return o.Normal(b.String())
}

// Normal puts names in the place of ports, folders and addresses, and leaves out what is not the same on two systems: the places in
// the Lua files of OpenResty that errors begin with.
func (o *Observation) Normal(text string) string {
	for _, n := range o.Where.names() {
		if len(n[0]) < 4 {
			continue
		}
		if _, err := strconv.Atoi(n[0]); err == nil {
			text = replaceNumber(text, n[0], n[1])
			continue
		}
		text = strings.ReplaceAll(text, n[0], n[1])
	}
	text = longName.ReplaceAllLiteralString(text, "$TEST_NGINX_SERVER_ROOT")
	text = libraryLine.ReplaceAllString(text, "")
	text = clientPort.ReplaceAllString(text, "$1<port>")
	text = pointers.ReplaceAllString(text, "<pointer>")
	return address.ReplaceAllString(text, "<address>")
}

// replaceNumber replaces a number where it stands alone, not within a longer one.
func replaceNumber(text, number, name string) string {
	var b strings.Builder
	for {
		i := strings.Index(text, number)
		if i < 0 {
			b.WriteString(text)
			return b.String()
		}
		end := i + len(number)
		alone := (i == 0 || !isDigit(text[i-1])) && (end == len(text) || !isDigit(text[end]))
		b.WriteString(text[:i])
		if alone {
			b.WriteString(name)
		} else {
			b.WriteString(number)
		}
		text = text[end:]
	}
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

// WholeLog is all that the server logged.
func (o *Observation) WholeLog() string {
	var b strings.Builder
	for _, r := range o.Rounds {
		for _, a := range r.Answers {
			b.WriteString(a.Log)
		}
	}
	b.WriteString(o.Shutdown)
	return b.String()
}

// recordedSections are those that Record writes: what the clients got, and the log.
func recordedSections(c *testnginx.Case) (response, log string) {
	switch kindOf(c) {
	case streamCase:
		return "stream_response", "log"
	case dgramCase:
		return "dgram_response", "log"
	}
	return "", "log"
}

// Recorded are the texts of the sections that a case can have recorded. A section always ends with a line feed, so a text gets one
// where it has none.
func Recorded(c *testnginx.Case, o *Observation) map[string]string {
	response, log := recordedSections(c)
	out := map[string]string{log: ended(o.NormalLog(o.WholeLog()))}
	if response != "" && o.Up && len(o.Rounds) > 0 {
		out[response] = ended(o.Normal(o.Rounds[0].Answers[0].Text))
	}
	return out
}

func ended(text string) string {
	if text = strings.TrimRight(testnginx.Tidy(text), "\n"); text != "" {
		text += "\n"
	}
	return text
}

// RecordSections puts what was observed into the cases of the files: the answer, and the section log with the whole error log. Cases that
// were skipped keep what they have. The caller writes the files.
func RecordSections(results []*Result) {
	for _, r := range results {
		if r.case_ == nil || r.Observation == nil {
			continue
		}
		texts := Recorded(r.case_, r.Observation)
		for _, name := range slices.Backward(slices.Sorted(maps.Keys(texts))) { // the answer, then the log
			r.case_.Block.Set(name, texts[name])
		}
	}
}

// wholeLog checks the section log, which is ours: the whole error log as it was recorded.
func (j *judgement) wholeLog(o *Observation) {
	if !j.c.Has("log") {
		return
	}
	got := ended(o.NormalLog(o.WholeLog()))
	if want := j.c.Text("log"); ended(want) != got {
		j.check("log", difference(ended(want), got))
		return
	}
	j.check("log", "")
}
