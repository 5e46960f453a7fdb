package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"

	"tidegate/ast/diag"
	"tidegate/ast/format"
	"tidegate/parser"
)

const fmtHelp = `Usage: tidegate fmt [-l] [-d] [-w] [-check] [FILE ...]

Prints configurations in the canonical form: four spaces for each level, one
directive a line, maps and long arguments aligned, Lua blocks indented by Lua's
structure. Every word stays what it was: that is proved before anything is
written. Without FILE, or for "-", standard input is read. Included files are
not touched; a fragment is formatted like a whole file.

  -l       only list the files whose form would change
  -d       show the changes as a diff
  -w       write the result back to the files
  -check   like -l, with exit status 1 when a file would change

Exit status: 0 done, 1 -check found a file, 2 a file could not be read or has
syntax errors.

Between "# tidegate:fmt off" and "# tidegate:fmt on" lines stay as they are.
`

type fmtOptions struct{ list, diff, write, check bool }

func fmtCommand(env Env, args []string) int {
	fs := flags(env, "fmt")
	var o fmtOptions
	fs.BoolVar(&o.list, "l", false, "")
	fs.BoolVar(&o.diff, "d", false, "")
	fs.BoolVar(&o.write, "w", false, "")
	fs.BoolVar(&o.check, "check", false, "")
	files, ok := parseFlags(fs, args)
	if !ok {
		fmt.Fprint(env.Err, fmtHelp)
		return 2
	}
	if len(files) == 0 {
		files = []string{"-"}
	}
	status := 0
	for _, name := range files {
		changed, err := formatFile(env, name, o)
		switch {
		case err != nil:
			if !errors.Is(err, format.ErrBroken) {
				fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			}
			status = 2
		case changed && o.check && status == 0:
			status = 1
		}
	}
	return status
}

// formatFile formats one file as the options say, and tells whether its form changes.
func formatFile(env Env, name string, o fmtOptions) (changed bool, err error) {
	var src []byte
	shown := name
	if name == "-" {
		shown = "stdin"
		src, err = io.ReadAll(env.In)
	} else {
		src, err = parser.ReadFile(name)
	}
	if err != nil {
		return false, err
	}
	f, list := parser.Parse(shown, src)
	if list.Fatal() != nil {
		_ = diag.Text(env.Err, list, diag.TextOptions{Color: env.Color})
		return false, format.ErrBroken
	}
	out, err := format.File(f, parser.Parse)
	if err != nil {
		return false, err
	}
	changed = !bytes.Equal(src, out)
	switch {
	case o.list || o.check:
		if changed {
			fmt.Fprintln(env.Out, shown)
		}
	case o.diff:
		if changed {
			err = showDiff(env, shown, src, out)
		}
	case !o.write || name == "-":
		_, err = env.Out.Write(out)
	}
	if err == nil && o.write && changed && name != "-" {
		err = replaceFile(name, out)
	}
	return changed, err
}

// replaceFile writes a file anew beside the old one and puts it in its place, so that it is never half there.
func replaceFile(name string, data []byte) error {
	if real, err := filepath.EvalSymlinks(name); err == nil {
		name = real
	}
	st, err := os.Stat(name)
	if err != nil {
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.Write(data)
	err = errors.Join(err, tmp.Chmod(st.Mode().Perm()), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// showDiff shows the change with diff(1).
func showDiff(env Env, name string, before, after []byte) error {
	dir, err := os.MkdirTemp("", "tidegate-fmt-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	a, b := filepath.Join(dir, "a"), filepath.Join(dir, "b")
	if err := errors.Join(os.WriteFile(a, before, 0o600), os.WriteFile(b, after, 0o600)); err != nil {
		return err
	}
	cmd := exec.Command("diff", "-u", "--label", name, "--label", name+" (formatted)", a, b)
	cmd.Stdout, cmd.Stderr = env.Out, env.Err
	var exit *exec.ExitError
	if err := cmd.Run(); err != nil && !(errors.As(err, &exit) && exit.ExitCode() == 1) {
		return fmt.Errorf("-d needs the program diff: %w", err)
	}
	return nil
}
