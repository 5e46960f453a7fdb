package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/rogpeppe/go-internal/diff"

	"tidegate/ast/diag"
	"tidegate/ast/format"
	"tidegate/parser"
)

const fmtHelp = `Usage: tidegate fmt [-l] [-d] [-w] [-check] [FILE ...]

Prints configurations in the canonical form: four spaces for each level, one
directive a line, maps and long arguments aligned, Lua blocks indented by Lua's
structure. Every word stays what it was: that is proved before anything is
written. Without FILE, or for "-", standard input is read. Included files are
not touched; a fragment is formatted like a whole file. Of a folder every file
below is formatted whose name ends in .conf, links apart.

  -l       only list the files whose form would change
  -d       show the changes as a diff
  -w       write the result back to the files
  -check   exit with status 1 when the form of a file would change; lists the
           files, or shows the changes with -d
  -stdin-name NAME  what standard input is called

Exit status: 0 done, 1 -check found a file, 2 a file could not be read or has
syntax errors; the others are formatted all the same.

Between "# tidegate:fmt off" and "# tidegate:fmt on" lines stay as they are.
`

type formatting struct {
	inputs
	list, diff, write, check bool
}

func fmtCommand(env Env, args []string) int {
	fs := flags("fmt")
	var o formatting
	fs.BoolVar(&o.list, "l", false, "")
	fs.BoolVar(&o.diff, "d", false, "")
	fs.BoolVar(&o.write, "w", false, "")
	fs.BoolVar(&o.check, "check", false, "")
	fs.StringVar(&o.stdinName, "stdin-name", "", "")
	files, ok := parseFlags(env, fs, args)
	if !ok {
		return 2
	}
	if len(files) == 0 {
		files = []string{"-"}
	}
	status := 0
	for _, operand := range files {
		names, err := o.below(operand)
		if err != nil {
			fmt.Fprintf(env.Err, "tidegate: %v\n", err)
			status = 2
		}
		for _, name := range names {
			changed, err := o.file(env, name)
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
	}
	return status
}

// below lists the files that an operand stands for: itself, or the configurations in a folder. They are complete up to the error.
func (o *formatting) below(operand string) (names []string, err error) {
	if st, err := os.Stat(operand); operand == "-" || err != nil || !st.IsDir() {
		return []string{operand}, nil
	}
	err = filepath.WalkDir(operand, func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && d.Type()&fs.ModeSymlink == 0 && strings.HasSuffix(name, ".conf") {
			names = append(names, name)
		}
		return err
	})
	if err == nil && len(names) == 0 {
		err = fmt.Errorf("%s: no file in this folder has a name that ends in .conf; name the files themselves", operand)
	}
	return names, err
}

// file formats one file as the options say, and tells whether its form changes.
func (o *formatting) file(env Env, name string) (changed bool, err error) {
	shown, src, err := o.source(env, name)
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
	if changed && (o.list || o.check && !o.diff) {
		fmt.Fprintln(env.Out, shown)
	}
	if changed && o.diff {
		err = showDiff(env, shown, src, out)
	}
	if !o.list && !o.check && !o.diff && (!o.write || name == "-") {
		_, err = env.Out.Write(out)
	}
	if err == nil && o.write && changed && name != "-" {
		err = replaceFile(name, out)
	}
	return changed, err
}

// replaceFile writes a file anew beside the old one and puts it in its place, so that it is never half there. It keeps its mode and owner.
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
	err = errors.Join(err, keepOwner(tmp, name, st), tmp.Chmod(st.Mode().Perm()), tmp.Close())
	if err != nil {
		return err
	}
	return os.Rename(tmp.Name(), name)
}

// keepOwner gives a new file the owner and group of the one whose place it takes.
func keepOwner(tmp *os.File, name string, old fs.FileInfo) error {
	mine, err := tmp.Stat()
	if err != nil {
		return err
	}
	is, is1 := mine.Sys().(*syscall.Stat_t)
	was, is2 := old.Sys().(*syscall.Stat_t)
	if !is1 || !is2 || is.Uid == was.Uid && is.Gid == was.Gid {
		return nil
	}
	if err := tmp.Chown(int(was.Uid), int(was.Gid)); err != nil {
		return fmt.Errorf("%s is not written, because its owner and group could not be kept: %w", name, underlying(err))
	}
	return nil
}

// showDiff prints what changes in a file, in a form that patch -p0 reads.
func showDiff(env Env, name string, before, after []byte) error {
	_, err := env.Out.Write(diff.Diff(name+".orig", before, name, after))
	return err
}
