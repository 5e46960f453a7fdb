package job

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// Drivers are the programs of conformance/bench/drivers, built into a directory.
type Drivers struct {
	dir     string
	missing map[string]string // by program
	Version map[string]string // what a program says to "version"
}

// programs are the drivers by the names of their folders; those of other projects' libraries know the library's version.
var programs = []struct {
	name    string
	library bool
}{{"parse", true}, {"crossplane", true}, {"gonginx", true}, {"lua", false}}

// BuildDrivers builds the drivers from their sources, which are a module of their own and may need the network once. What cannot be
// built is missing, with the reason. Close removes them.
func BuildDrivers(ctx context.Context, source string) (Drivers, error) {
	d := Drivers{missing: map[string]string{}, Version: map[string]string{}}
	var err error
	if d.dir, err = os.MkdirTemp("", "bench-drivers-"); err != nil {
		return d, err
	}
	for _, p := range programs {
		if err := d.build(ctx, source, p.name, p.library); err != nil {
			d.missing[p.name] = err.Error()
		}
		if ctx.Err() != nil {
			return d, errors.Join(context.Cause(ctx), d.Close())
		}
	}
	return d, nil
}

// copyModule copies the list of modules: building may have to complete it, when this tree's own has changed.
func (d *Drivers) copyModule(source string) error {
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join(source, name))
		if err == nil {
			err = os.WriteFile(d.Path(name), text, 0o644)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (d *Drivers) build(ctx context.Context, source, name string, library bool) error {
	if err := d.copyModule(source); err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-mod=mod", "-modfile="+d.Path("go.mod"), "-o", d.Path(name), "./"+name)
	cmd.Dir = source
	out, err := cmd.CombinedOutput()
	if err != nil {
		return fmt.Errorf("its driver could not be built: %w: %s", err, complaint(string(out)))
	}
	if library {
		out, err = exec.CommandContext(ctx, d.Path(name), "version").Output()
		d.Version[name] = string(bytes.TrimSpace(out))
	}
	return err
}

// complaint is the first line of what go says that is not about what it does.
func complaint(said string) string {
	for line := range strings.SplitSeq(strings.TrimSpace(said), "\n") {
		if !strings.HasPrefix(line, "go: downloading ") && !strings.HasPrefix(line, "go: finding ") {
			return line
		}
	}
	return "it does not say why"
}

// Path is where a driver is.
func (d Drivers) Path(name string) string { return filepath.Join(d.dir, name) }

// Missing is why a driver is not there; empty if it is.
func (d Drivers) Missing(name string) string {
	if d.dir == "" {
		return "the drivers were not built"
	}
	return d.missing[name]
}

// Close removes the programs.
func (d Drivers) Close() error { return os.RemoveAll(d.dir) }
