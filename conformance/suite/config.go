package suite

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"time"

	"tidegate/conformance/perl"
	"tidegate/conformance/testnginx"
)

// kind is the protocol of a case's clients.
type kind int

const (
	httpCase kind = iota
	streamCase
	dgramCase
)

func (k kind) prefix() string {
	if k == dgramCase {
		return "dgram"
	}
	return "stream"
}

// kindOf tells who asks the case's servers. A stream case that makes a request of its own, to something else than what
// Test::Nginx::Socket::Lua::Stream puts at /t, is one of http.
func kindOf(c *testnginx.Case) kind {
	k := httpCase
	switch {
	case c.Head.Stream && c.HasAny("stream_config", "stream_server_config"):
		k = streamCase
	case c.Head.Dgram && c.HasAny("dgram_config", "dgram_server_config"):
		k = dgramCase
	}
	if k != httpCase && c.HasAny("request", "raw_request", "pipelined_requests") && !asksForT.MatchString(c.Text("request")) {
		return httpCase
	}
	return k
}

var (
	asksForT   = regexp.MustCompile(`^\s*GET\s+/t\s*$`)
	serverPort = regexp.MustCompile(`\$TEST_NGINX_SERVER_PORT|\$ServerPort`)
)

// httpUse is what a case wants of the http block.
type httpUse int

const (
	httpUnused httpUse = iota
	httpNamed          // it sets something there, or names the number of its port: a server without http may do as well
	httpServes         // it has servers, locations or scripts there, or asks them
)

// httpUseOf tells what for the case needs an http block. Test::Nginx writes one in any case, and empty sections config are common.
func httpUseOf(c *testnginx.Case, k kind) httpUse {
	text := c.Text("config") + c.Text("http_config")
	switch {
	case k == httpCase && !c.Has("must_die"), strings.Contains(text, "{"):
		return httpServes
	case strings.TrimSpace(text) != "":
		return httpNamed
	}
	use := httpUnused
	for _, s := range c.Block.Sections {
		switch text := c.Text(s.Name); {
		case strings.Contains(text, `"http" directive`): // a message about the block itself
			return httpServes
		case serverPort.MatchString(text):
			use = httpNamed
		}
	}
	return use
}

// configuration is what Test::Nginx::Util's write_config_file and the preprocessor of the stream suites write.
func (r *run) configuration() string {
	c, h := r.c, r.c.Head
	level := h.LogLevel
	if c.Has("log_level") {
		level = strings.TrimSpace(c.Text("log_level"))
	}
	errorLog := r.place.root + "/logs/error.log"
	if c.Has("error_log_file") {
		errorLog = strings.TrimSpace(c.Expanded("error_log_file"))
	}
	master := "off"
	if h.Master {
		master = "on"
	}
	var b strings.Builder
	fmt.Fprintf(&b, "worker_processes  %d;\ndaemon off;\nmaster_process %s;\nerror_log %s %s;\npid       %s/logs/nginx.pid;\n",
		h.Workers, master, errorLog, level, r.place.root)
	// Cases name lines of this file: what follows is on the line on which Test::Nginx has it.
	for _, v := range []string{"MOCKEAGAIN_VERBOSE", "MOCKEAGAIN", "MOCKEAGAIN_WRITE_TIMEOUT_PATTERN", "LD_PRELOAD", "LD_LIBRARY_PATH",
		"DYLD_INSERT_LIBRARIES", "DYLD_FORCE_FLAT_NAMESPACE"} {
		fmt.Fprintf(&b, "env %s;\n", v)
	}
	for _, v := range h.EnvToNginx {
		if strings.ContainsAny(v, " \t\n") {
			v = "'" + v + "'"
		}
		fmt.Fprintf(&b, "env %s;\n", v)
	}
	b.WriteString("\n\n\n" + h.LoadModules() + c.Expanded("main_config") + r.streamBlock() + "\n\n")
	if r.writesHTTP() {
		b.WriteString(r.httpBlock())
	}
	fmt.Fprintf(&b, "%s\nevents {\n    accept_mutex off;\n\n    worker_connections  %d;\n", c.Expanded("post_main_config"), h.WorkerConnections)
	if h.EventType != "" {
		fmt.Fprintf(&b, "    use %s;\n", h.EventType)
	}
	b.WriteString("}\n")
	if os.Getuid() == 0 {
		b.WriteString("user root;\n")
	}
	return b.String()
}

// streamBlock is the block of stream or dgram suites.
func (r *run) streamBlock() string {
	c, h := r.c, r.c.Head
	p, option := "stream", ""
	switch {
	case h.Stream && c.HasAny("stream_config", "stream_server_config"):
	case h.Dgram && c.HasAny("dgram_config", "dgram_server_config"):
		p, option = "dgram", " udp"
	default:
		return ""
	}
	var b strings.Builder
	fmt.Fprintf(&b, "stream {\n%s\n", c.Expanded(p+"_config"))
	for i, suffix := range []string{"", "2", "3"} {
		if i > 0 && !c.Has(p+"_server_config"+suffix) {
			continue
		}
		listen := option
		if p == "stream" {
			listen = " " + strings.TrimSpace(c.Text("steam_listen_option"+suffix)) // the misspelling is Test::Nginx's
		} else if i > 0 {
			listen = "" // and so is the second server of dgram suites, which listens on TCP
		}
		fmt.Fprintf(&b, "    server {\n        listen %d%s;\n\n%s\n    }\n", r.place.port+1+i, listen, c.Expanded(p+"_server_config"+suffix))
	}
	if h.UseHup { // answers with the configuration's version, so that a reload can be waited for
		fmt.Fprintf(&b, "    server {\n        listen unix:%s/version.sock;\n        return %s;\n    }\n", r.place.dir, r.version)
	}
	b.WriteString("}\n")
	return b.String()
}

// writesHTTP tells whether the configuration has an http block. Tidegate, which does not serve http, is spared those that nothing asks,
// and those that a server beside it serves.
func (r *run) writesHTTP() bool {
	return !r.splits() && (r.http == httpServes || r.http == httpNamed && !r.server.IsTidegate())
}

// httpBlock is the block with the server that cases of http ask, and that those of stream may use as a backend.
func (r *run) httpBlock() string {
	c, h := r.c, r.c.Head
	httpConfig := c.Expanded("http_config")
	if f := h.ConfigFilter(); f != nil {
		if out, err := c.Call(f, httpConfig); err == nil && len(out) > 0 {
			httpConfig = perl.String(out[0])
		}
	}
	var temp strings.Builder
	for _, name := range []string{"client_body", "proxy", "fastcgi", "scgi", "uwsgi"} {
		if strings.Contains(r.version_(), "--without-http_"+name+"_module") || regexp.MustCompile(`\b`+name+`_temp_path\b`).MatchString(httpConfig) {
			continue
		}
		fmt.Fprintf(&temp, "%s_temp_path %s/%s_temp; ", name, r.place.root, name)
	}
	name := h.ServerName
	if c.Has("server_name") {
		name = c.Text("server_name")
	}
	name = strings.ReplaceAll(strings.ReplaceAll(name, `\`, `\\`), `'`, `\'`)
	var b strings.Builder
	// The lines are those that Test::Nginx has, with nothing on them where it has comments.
	fmt.Fprintf(&b, "http {\n    access_log %s/logs/access.log; %s\n\n\n    default_type text/plain;\n    keepalive_timeout  68000ms;\n\n%s\n"+
		"    server {\n        listen          %d;\n\n        server_name     '%s';\n\n        client_max_body_size 30M;\n\n\n\n%s\n\n\n\n%s\n\n\n",
		r.place.root, temp.String(), httpConfig, r.place.port, name, h.ConfigPreamble, c.Expanded("config"))
	if !h.NoRootLocation {
		fmt.Fprintf(&b, "        location / {\n            root %s/html;\n            index index.html index.htm;\n        }\n", r.place.root)
	}
	b.WriteString("    }\n")
	if h.UseHup {
		fmt.Fprintf(&b, "    server {\n        listen %d;\n        server_name 'Test-Nginx';\n        location = /ver { return 200 '%s'; }\n    }\n", r.place.port, r.version)
	}
	b.WriteString("}\n")
	return b.String()
}

var userFile = regexp.MustCompile(`>>> (\S+)(?:\s+(.+))?`)

// userFiles writes the files of the section user_files.
func (r *run) userFiles() error {
	v := r.c.Value("user_files")
	var files [][3]string // name, text, date
	switch v := v.(type) {
	case nil:
		return nil
	case *perl.Array:
		for _, item := range v.Values() {
			if list, ok := item.(*perl.Array); ok {
				var f [3]string
				for i := range min(len(f), len(list.Items)) {
					f[i] = perl.String(list.Items[i].V)
				}
				files = append(files, f)
			}
		}
	default:
		for line := range strings.Lines(perl.String(v)) {
			if m := userFile.FindStringSubmatch(line); m != nil {
				files = append(files, [3]string{m[1], "", m[2]})
			} else if len(files) > 0 {
				files[len(files)-1][1] += line
			}
		}
	}
	for _, f := range files {
		if err := r.userFile(f[0], r.c.Expand(f[1]), f[2]); err != nil {
			return err
		}
	}
	return nil
}

func (r *run) userFile(name, text, date string) error {
	if !strings.HasPrefix(name, "/") {
		name = "html/" + name
	}
	if err := r.place.write(name, text); err != nil || date == "" {
		return err
	}
	at, err := touchTime(date, time.Now())
	if err != nil {
		return fmt.Errorf("user_files: %s: %w", name, err)
	}
	return os.Chtimes(r.place.path(name), at, at)
}

// touchTime reads the time that touch -t takes, [[CC]YY]MMDDhhmm[.ss], in GMT.
func touchTime(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	minutes, seconds, ok := strings.Cut(text, ".")
	if !ok {
		seconds = "00"
	}
	switch len(minutes) {
	case 8:
		minutes = now.UTC().Format("2006") + minutes
	case 10: // POSIX: 69 to 99 are of the last century
		century := "20"
		if minutes >= "69" {
			century = "19"
		}
		minutes = century + minutes
	}
	at, err := time.Parse("200601021504.05", minutes+"."+seconds)
	if err != nil {
		return at, fmt.Errorf("%q is no date like 202601312359.59", text)
	}
	return at, nil
}
