package cli

import (
	"context"
	"encoding/gob"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"tidegate/conformance/suite"
	"tidegate/conformance/system"
)

// onImage runs the cases in a container: this program once more, with --inside. What it keeps for failures it leaves in dir.
func (t *tester) onImage(image system.Image, dir string) ([]*suite.Result, error) {
	in, order, err := t.inside(dir)
	if err != nil {
		return nil, err
	}
	var results []*suite.Result
	in.Output = func(r io.Reader) error {
		return decodeResults(r, func(res *suite.Result) {
			if t.o.diff == "" {
				t.show(res)
			}
			results = append(results, res)
		})
	}
	err = image.Run(t.ctx, in)
	if t.ctx.Err() != nil {
		return nil, t.ctx.Err()
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 1 && len(results) > 0 { // there are failures
		err = nil
	}
	if err != nil {
		return nil, inImage(image, err)
	}
	slices.SortStableFunc(results, func(a, b *suite.Result) int {
		if d := order[a.File] - order[b.File]; d != 0 {
			return d
		}
		return a.Number - b.Number
	})
	return results, nil
}

// inside is this run as the container makes it, and the order of the files, by the names that results have.
func (t *tester) inside(dir string) (in system.Inside, order map[string]int, err error) {
	o := t.o
	self, err := os.Executable()
	if err != nil {
		return in, nil, err
	}
	in = system.Inside{Binary: self, Env: []string{"TMPDIR=" + dir}, Writable: []string{dir}, Errors: t.env.Err,
		Args: []string{"test", "--inside", "--against", "openresty,nginx", "-j", strconv.Itoa(o.jobs), "--retry", strconv.Itoa(o.retry), "--filter", o.filter, "--keep=" + strconv.FormatBool(o.keep)}}
	for _, v := range os.Environ() {
		if strings.HasPrefix(v, "TEST_NGINX_") {
			in.Env = append(in.Env, v)
		}
	}
	if in.ReadOnly, err = absolutes(o.mounts); err != nil {
		return in, nil, err
	}
	if o.root != "" {
		root, err := filepath.Abs(o.root)
		if err != nil {
			return in, nil, err
		}
		in.Args = append(in.Args, "--root", root)
	}
	order = map[string]int{}
	for _, f := range t.files {
		path, err := absolutes([]string{f.Path, f.Root})
		if err != nil {
			return in, nil, err
		}
		in.Args = append(in.Args, path[0])
		in.ReadOnly = append(in.ReadOnly, path[1], filepath.Dir(path[0]))
		if rel, err := filepath.Rel(path[1], path[0]); err == nil {
			order[rel] = len(order)
		}
	}
	in.ReadOnly = outermost(in.ReadOnly)
	return in, order, nil
}

// inImage says what to do about a run that could not be made. What Docker says of it stands on standard error already.
func inImage(image system.Image, err error) error {
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 125 { // docker run's own
		return fmt.Errorf("the image %s: Docker could not run it (--pull has it fetch an image that is not on this machine): %w", image.Ref, err)
	}
	return fmt.Errorf("the image %s: %w", image.Ref, err)
}

func absolutes(names []string) ([]string, error) {
	out := make([]string, len(names))
	for i, name := range names {
		abs, err := filepath.Abs(name)
		if err != nil {
			return nil, err
		}
		out[i] = abs
	}
	return out, nil
}

// outermost leaves out what is in another one of the folders.
func outermost(dirs []string) []string {
	slices.Sort(dirs)
	var out []string
	for _, d := range dirs {
		if n := len(out); n == 0 || d != out[n-1] && !strings.HasPrefix(d, strings.TrimSuffix(out[n-1], "/")+"/") {
			out = append(out, d)
		}
	}
	return out
}

// decodeResults reads what innerRun wrote.
func decodeResults(r io.Reader, each func(*suite.Result)) error {
	d := gob.NewDecoder(r)
	for {
		res := &suite.Result{}
		switch err := d.Decode(res); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("read the results: %w", err)
		}
		each(res)
	}
}

// innerPatience is how long cases that are under way may take to end when the run is to stop.
const innerPatience = 5 * time.Second

// innerRun makes a run the inner part of another one: results go to standard output as they come, and the end of standard input
// ends it, because then nobody is there to remove the container.
func innerRun(ctx context.Context, env Env) (context.Context, func(*suite.Result), func()) {
	ctx, stop := context.WithCancel(ctx)
	go func() {
		_, _ = io.Copy(io.Discard, env.In)
		stop()
		time.AfterFunc(innerPatience, func() { os.Exit(2) })
	}()
	e := gob.NewEncoder(env.Out)
	return ctx, func(r *suite.Result) {
		if e.Encode(r) != nil {
			stop()
		}
	}, stop
}
