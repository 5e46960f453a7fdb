package testnginx

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// File is a file of cases.
type File struct {
	Path   string // as it was given
	Root   string // the directory that Perl would be started in: cases name files relative to it
	Head   string
	Blocks []*Block

	commands map[string]commandResult // what the head's commands said, once
}

// Block is a case as it is written.
type Block struct {
	Name     string
	Line     int
	Intro    string // the text in front of the first section
	Sections []*Section
}

// Section is a named text of a case.
type Section struct {
	Name    string
	Filters []string
	Inline  bool // the value stands behind a colon on the line of the name
	Value   string
	Line    int // of the value
}

// Get gives the first section of that name.
func (b *Block) Get(name string) *Section {
	for _, s := range b.Sections {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Set replaces the value of a section, or adds the section behind the others.
func (b *Block) Set(name, value string) {
	if s := b.Get(name); s != nil {
		s.Filters, s.Inline, s.Value = nil, false, value
		return
	}
	b.Sections = append(b.Sections, &Section{Name: name, Value: value})
}

// Remove takes a section away.
func (b *Block) Remove(name string) {
	for i, s := range b.Sections {
		if s.Name == name {
			b.Sections = append(b.Sections[:i:i], b.Sections[i+1:]...)
			return
		}
	}
}

// LeftOut tells why Test::Base (_choose_blocks) would not give the case of an index out, empty when it would: SKIP leaves a case out, ONLY all
// others, LAST those behind it.
func (f *File) LeftOut(i int) string {
	why := ""
	for n, b := range f.Blocks {
		if b.Get("ONLY") != nil {
			if n == i {
				return ""
			}
			return fmt.Sprintf("case %d has ONLY", n+1)
		}
		if b.Get("SKIP") != nil {
			if n == i {
				why = "SKIP"
			}
			continue
		}
		if b.Get("LAST") != nil {
			if n < i {
				why = fmt.Sprintf("case %d has LAST", n+1)
			}
			break
		}
	}
	return why
}

// sectionLine is Test::Base's: a name, perhaps in parentheses, then filters, then perhaps a colon and the value.
var (
	sectionLine = regexp.MustCompile(`^--- +\(?(\w+)\)? *(.*)$`)
	inlineValue = regexp.MustCompile(`\s*:(?:\s+|$)`)
)

// Read reads a file. Root is where its cases' relative paths begin; empty means the directory above the folder named t that the file
// is in, or without such a folder the file's own.
func Read(path, root string) (*File, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	if root == "" {
		if root, err = rootOf(path); err != nil {
			return nil, err
		}
	}
	f, err := Parse(path, string(data))
	if err != nil {
		return nil, err
	}
	f.Root = root
	return f, nil
}

func rootOf(path string) (string, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", err
	}
	for dir := filepath.Dir(abs); dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if filepath.Base(dir) == "t" {
			return filepath.Dir(dir), nil
		}
	}
	return filepath.Dir(abs), nil
}

// ErrNoCases tells that a file is not one of cases: it may be another test in Perl.
var ErrNoCases = errors.New("no line __DATA__, so there are no cases")

// Parse reads the text of a file.
func Parse(path, text string) (*File, error) {
	head, body, ok := cutData(text)
	if !ok {
		return nil, fmt.Errorf("%s: %w", path, ErrNoCases)
	}
	f := &File{Path: path, Head: head, commands: map[string]commandResult{}}
	number := strings.Count(head, "\n") + 2
	var b *Block
	var s *Section
	for line := range strings.Lines(body) {
		number++
		text := strings.TrimRight(line, "\r\n")
		m := sectionLine.FindStringSubmatch(text)
		switch {
		case strings.HasPrefix(line, "==="):
			b, s = &Block{Name: strings.TrimLeft(strings.TrimPrefix(text, "==="), " \t"), Line: number - 1}, nil
			f.Blocks = append(f.Blocks, b)
		case b == nil: // Test::Base does not look at what stands in front of the first case
		case m != nil:
			s = &Section{Name: m[1], Line: number}
			spec := m[2]
			if at := inlineValue.FindStringIndex(spec); at != nil {
				s.Inline = true
				spec, s.Value = spec[:at[0]], strings.TrimSpace(spec[at[1]:])
				s.Line--
			}
			s.Filters = strings.Fields(spec)
			b.Sections = append(b.Sections, s)
		case s == nil:
			b.Intro += line
		case !s.Inline:
			s.Value += line
		case strings.TrimSpace(text) != "":
			return nil, fmt.Errorf("%s:%d: section %s has its value behind the colon, and more text below", path, number-1, s.Name)
		}
	}
	return f, nil
}

// cutData cuts a text at the line __DATA__ or __END__.
func cutData(text string) (head, body string, ok bool) {
	at := 0
	for line := range strings.Lines(text) {
		if t := strings.TrimRight(line, "\r\n"); t == "__DATA__" || t == "__END__" {
			return text[:at], text[at+len(line):], true
		}
		at += len(line)
	}
	return text, "", false
}

// Write puts the file back, its sections as they are now.
func (f *File) Write() error {
	var b strings.Builder
	b.WriteString(f.Head + "__DATA__\n\n")
	for i, block := range f.Blocks {
		if i > 0 {
			b.WriteString("\n\n\n")
		}
		b.WriteString("=== " + block.Name + "\n")
		if intro := strings.TrimRight(block.Intro, "\n"); intro != "" {
			b.WriteString(intro + "\n")
		}
		for _, s := range block.Sections {
			b.WriteString("--- " + s.Name)
			for _, f := range s.Filters {
				b.WriteString(" " + f)
			}
			if s.Inline {
				b.WriteString(": " + s.Value)
			}
			b.WriteByte('\n')
			if v := strings.TrimRight(s.Value, "\n"); !s.Inline && v != "" {
				b.WriteString(v + "\n")
			}
		}
	}
	return os.WriteFile(f.Path, []byte(b.String()), 0o644)
}
