// Package project reads tidegate.toml, in which a project says once what the command line would have to say each time: its main file,
// directives of modules that nobody else knows, which files are fragments of what, and how it wants to be linted.
//
// The flow:
//
//	Find    looks for the file, beside the configuration and then upwards from the working directory
//	Load    reads it                                                    project.go
//	        tables whose keys and values know their lines               toml.go
//	        the rows of directives                                      directive.go
//
// Whatever is wrong in it is a finding with its place, an unknown key too: a setting that is misspelt must not look as if it were in force.
//
// The package refuses to read configurations, and to decide between the file and the command line; that is up to the commands.
package project

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
	"tidegate/ast/diag"
	"tidegate/lint"
	"tidegate/parser"
)

// Name is what the file is called.
const Name = "tidegate.toml"

// Project is what the file says. The zero value is a project that says nothing.
type Project struct {
	// File is the file that it was read from; "" for none.
	File string
	// Main is the main configuration file, Prefix the directory of relative names of logs and the like; "" when not said.
	Main, Prefix string
	// Elsewhere tells that the configuration is for another machine.
	Elsewhere bool
	// BuiltBy is a file with what the nginx of the project prints for -V; "" for none.
	BuiltBy string
	// Directives are the rows of directives that nginx does not have by itself.
	Directives []*catalog.Row
	// Fragments say which files are included where.
	Fragments []Fragment
	Lint      Lint

	dir string
}

// Fragment says where files stand that are no main files.
type Fragment struct {
	Files   []string // patterns
	Context catalog.Context
}

// Lint is how the project wants to be linted.
type Lint struct {
	Target   lint.Target
	Severity map[string]diag.Severity
	Settings map[string]map[string]any
	// FailOn is the level from which on a finding counts; 0 when not said.
	FailOn diag.Severity
	// Baseline is a file of findings that do not count; "" for none.
	Baseline string
	// Allow takes findings away.
	Allow []Allow
}

// Allow takes the findings of some rules away in some files.
type Allow struct {
	Rules, Files []string
	Reason       string
}

// Find looks for the file of a configuration that is named: in its directory, and then in the working directory and those above it. An
// empty name leaves out the first. It returns "" when there is none.
func Find(configuration string) (string, error) {
	var places []string
	if configuration != "" {
		places = append(places, filepath.Join(filepath.Dir(configuration), Name))
	}
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	// Names that people see are short: up from here, not down from the root.
	for up := ""; ; up += "../" {
		places = append(places, up+Name)
		if dir == filepath.Dir(dir) {
			break
		}
		dir = filepath.Dir(dir)
	}
	for _, name := range places {
		if _, err := os.Stat(name); err == nil {
			return name, nil
		}
	}
	return "", nil
}

// Load reads the file. rules are those that it may name. The list holds what is wrong in it.
func Load(name string, rules []*lint.Rule) (Project, diag.List, error) {
	src, err := parser.ReadFile(name)
	if err != nil {
		return Project{}, nil, err
	}
	f := &ast.File{Name: name, Src: src}
	t, list := parse(f)
	r := &reader{Project: Project{File: name, dir: filepath.Dir(name)}, rules: rules, list: list}
	if len(list) == 0 {
		r.project(t)
	}
	for i := range r.list {
		r.list[i].Severity = diag.Error // [emerg] is nginx's word, and nginx does not know the file
	}
	r.list.Sort()
	return r.Project, r.list, nil
}

// reader fills in the project.
type reader struct {
	Project
	rules []*lint.Rule
	list  diag.List
}

func (r *reader) project(t *table) {
	r.fields(t, "the project file",
		field{"main", stringInto(&r.Main)},
		field{"prefix", stringInto(&r.Prefix)},
		field{"elsewhere", boolInto(&r.Elsewhere)},
		field{"built-by", stringInto(&r.BuiltBy)},
		field{"directive", r.each(r.directive)},
		field{"fragment", r.each(r.fragment)},
		field{"lint", r.one(r.lint)},
	)
	for _, name := range []*string{&r.Main, &r.Prefix, &r.BuiltBy, &r.Lint.Baseline} {
		*name = r.path(*name)
	}
	if len(r.Directives) > 0 {
		handles := make([]catalog.Handle, len(r.Directives))
		for i, row := range r.Directives {
			handles[i] = catalog.Directive[any]{Row: row}
		}
		catalog.NewModule(r.File, "The project's directives.", handles...)
	}
}

// each reads the tables of [[name]].
func (r *reader) each(read func(*table)) func(*item) error {
	return func(it *item) error {
		list, err := tables(it)
		for _, t := range list {
			if err == nil {
				read(t)
			}
		}
		return err
	}
}

// one reads the table of [name].
func (r *reader) one(read func(*table)) func(*item) error {
	return func(it *item) error {
		t, ok := it.value.(*table)
		if !ok {
			return fmt.Errorf("%q must be a table: [%s]", it.name, it.name)
		}
		read(t)
		return nil
	}
}

// path makes a relative name one that begins where the file is.
func (r *reader) path(name string) string {
	if name == "" || filepath.IsAbs(name) {
		return name
	}
	return filepath.Join(r.dir, name)
}

func (r *reader) fragment(t *table) {
	var fr Fragment
	r.fields(t, "[[fragment]]",
		field{"files", stringsInto(&fr.Files)},
		field{"context", func(it *item) (err error) {
			fr.Context, err = fragmentPlace(it)
			return err
		}},
	)
	r.need(t, "files", "context")
	for _, pattern := range fr.Files {
		if _, err := filepath.Match(pattern, ""); err != nil {
			r.check(t.at, fmt.Errorf("%q is no pattern: %w", pattern, err))
		}
	}
	r.Fragments = append(r.Fragments, fr)
}

// need notes keys that are missing in a table.
func (r *reader) need(t *table, names ...string) {
	for _, name := range names {
		if t.find(name) == nil {
			r.check(t.at, fmt.Errorf("%q is missing here", name))
		}
	}
}

func fragmentPlace(it *item) (catalog.Context, error) {
	name, _ := it.value.(string)
	return ParsePlace(name)
}

// ParsePlace reads the name of a place that can hold a fragment.
func ParsePlace(name string) (catalog.Context, error) {
	var names []string
	for _, c := range conf.FragmentPlaces() {
		if c.String() == name {
			return c, nil
		}
		names = append(names, c.String())
	}
	if s := catalog.Suggest(name, names); s != "" {
		return 0, fmt.Errorf("%q is no place for a fragment; did you mean %q?", name, s)
	}
	return 0, fmt.Errorf("%q is no place for a fragment; the places are %s", name, strings.Join(names, ", "))
}

// ContextOf is where a file stands according to the project; 0 when it does not say.
func (p *Project) ContextOf(file string) catalog.Context {
	for _, fr := range p.Fragments {
		if p.matches(fr.Files, file) {
			return fr.Context
		}
	}
	return 0
}

// Allowed reports whether a finding is one that the project allows. What nginx refuses cannot be allowed.
func (p *Project) Allowed(d *diag.Diagnostic) bool {
	if d.Fatal() || !d.Subject.IsValid() {
		return false
	}
	for _, a := range p.Lint.Allow {
		for _, rule := range a.Rules {
			if rule == d.Rule && (len(a.Files) == 0 || p.matches(a.Files, d.Subject.File.Name)) {
				return true
			}
		}
	}
	return false
}

// matches reports whether a file is meant by one of the patterns, which begin where the project file is. One that ends in a slash means
// all files below.
func (p *Project) matches(patterns []string, file string) bool {
	dir, err1 := filepath.Abs(p.dir)
	full, err2 := filepath.Abs(file)
	rel, err3 := filepath.Rel(dir, full)
	if cmp.Or(err1, err2, err3) != nil {
		return false
	}
	for _, pattern := range patterns {
		if below, ok := strings.CutSuffix(pattern, "/"); ok && strings.HasPrefix(rel, below+"/") {
			return true
		}
		if ok, _ := filepath.Match(pattern, rel); ok {
			return true
		}
	}
	return false
}
