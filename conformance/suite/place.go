package suite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// place is where a case runs: dir holds t/, t/ holds the server root beside links to what the suite has in its t/.
type place struct {
	dir, root string
	port      int // of http; the stream servers have the three behind it
}

// newPlace makes the folders. The name of the server root is one that Test::Nginx uses as well: cases match it.
func newPlace(base, suiteRoot string, number, port int) (*place, error) {
	dir := filepath.Join(base, fmt.Sprintf("%04d", number))
	p := &place{dir: dir, root: filepath.Join(dir, "t", fmt.Sprintf("servroot_%d", number)), port: port}
	if err := os.MkdirAll(filepath.Join(dir, "t"), 0o755); err != nil {
		return nil, err
	}
	entries, err := os.ReadDir(filepath.Join(suiteRoot, "t"))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "servroot") {
			continue
		}
		if err := os.Symlink(filepath.Join(suiteRoot, "t", e.Name()), filepath.Join(dir, "t", e.Name())); err != nil && !errors.Is(err, fs.ErrExist) {
			return nil, err
		}
	}
	return p, p.clean()
}

// clean makes the server root anew.
func (p *place) clean() error {
	if err := os.RemoveAll(p.root); err != nil {
		return err
	}
	for _, sub := range []string{"", "conf", "logs", "html"} {
		if err := os.MkdirAll(filepath.Join(p.root, sub), 0o755); err != nil {
			return err
		}
		if err := os.Chmod(filepath.Join(p.root, sub), 0o777); err != nil { // workers may run as somebody else
			return err
		}
	}
	return os.WriteFile(filepath.Join(p.root, "html/index.html"),
		[]byte("<html><head><title>It works!</title></head><body>It works!</body></html>"), 0o644)
}

// path is that of a name in the server root.
func (p *place) path(name string) string {
	if filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(p.root, name)
}

func (p *place) read(name string) string {
	data, _ := os.ReadFile(p.path(name))
	return string(data)
}

func (p *place) write(name, text string) error {
	path := p.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

func (p *place) remove() { _ = os.RemoveAll(p.dir) }
