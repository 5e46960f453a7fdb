package suite

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

// reload runs the case on the server of the case before, which reads its new configuration, or starts one. It gives the run that
// holds the server now.
func (r *run) reload(before *run) (*Observation, *run, error) {
	if before == nil || !before.live.Running() || r.c.Has("must_die") {
		if before != nil {
			before.stop(&Observation{})
		}
		if err := r.place.clean(); err != nil {
			return nil, nil, err
		}
		if err := r.prepare(); err != nil {
			return nil, nil, err
		}
		up, err := r.start()
		if err != nil {
			return nil, nil, err
		}
		if !up {
			o := &Observation{Exit: r.live.Exit()}
			r.stop(o)
			return o, nil, nil
		}
	} else {
		r.live = before.live
		before.stopBeside()
		if err := r.renew(); err != nil {
			return nil, r, err
		}
		if err := r.startBeside(); err != nil {
			return nil, r, err
		}
		// The new log must be there before the configuration is read: nginx takes a reload first when both signals wait.
		r.live.Signal(syscall.SIGUSR1)
		r.await(logPatience, func() bool { _, err := os.Stat(r.logFile); return err == nil })
		r.live.Signal(syscall.SIGHUP)
	}
	o := &Observation{Up: true, Where: r.where()}
	if r.c.Has("reload_fails") {
		r.awaitQuiet(quiet, logPatience)
	} else if !r.awaitVersion() {
		return nil, r, fmt.Errorf("the server did not take the new configuration over: %s", firstProblem(r.peekLog(), ""))
	}
	var err error
	o.Rounds, err = r.observe()
	return o, r, err
}

// renew replaces the files of the case before; sockets and the pid stay.
func (r *run) renew() error {
	html := filepath.Join(r.place.root, "html")
	entries, err := os.ReadDir(html)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if filepath.Ext(e.Name()) != ".sock" && e.Name() != "index.html" {
			_ = os.RemoveAll(filepath.Join(html, e.Name()))
		}
	}
	_ = os.Remove(filepath.Join(r.place.root, "logs/error.log"))
	return r.prepare()
}

// reloadPatience is how long a server may take for a new configuration.
const reloadPatience = 10 * time.Second

// awaitVersion waits until the server answers with the version of the configuration, several times in a row: workers of before may
// still accept for a moment.
func (r *run) awaitVersion() bool {
	version := r.streamVersion
	if r.k == httpCase {
		version = r.httpVersion
	}
	row := 0
	return r.await(reloadPatience, func() bool {
		if version() == r.version {
			row++
		} else {
			row = 0
		}
		return row >= 20
	})
}

func (r *run) streamVersion() string {
	conn, err := net.DialTimeout("unix", filepath.Join(r.place.dir, "version.sock"), time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	data, _ := io.ReadAll(conn)
	return string(data)
}

func (r *run) httpVersion() string {
	conn, err := net.DialTimeout("tcp", fmt.Sprintf("127.0.0.1:%d", r.place.port), time.Second)
	if err != nil {
		return ""
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Second))
	if _, err := io.WriteString(conn, "GET /ver HTTP/1.0\r\nHost: Test-Nginx\r\n\r\n"); err != nil {
		return ""
	}
	data, _ := io.ReadAll(conn)
	return parseResponse(string(data), false).body
}
