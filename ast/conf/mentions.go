package conf

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxstream"
)

// Mention is a place where a directive declares or names something: a variable,
// a zone, a log format.
type Mention struct {
	Name string
	// At is the part of the directive that holds the name.
	At ast.Range
	// Row and Node are the directive. For an entry of a block like map they are
	// those of the block.
	Row  *catalog.Row
	Node *ast.Directive
}

// names is what the directives of one subsystem declare and refer to.
type names struct {
	definedVariables, usedVariables []Mention
	logFormats, logFormatUses       []Mention
}

// namesOf returns the names of the subsystem that a place belongs to.
func (t *Tree) namesOf(in catalog.Context) *names {
	switch {
	case in&catalog.Stream != 0:
		return &t.streamNames
	case in&catalog.HTTP != 0:
		return &t.httpNames
	}
	return &t.otherNames
}

// DefinedVariables lists every definition of a variable in catalog.Stream or
// catalog.HTTP, in the order of the file. Names are in lower case.
func (t *Tree) DefinedVariables(in catalog.Context) []Mention { return t.namesOf(in).definedVariables }

// UsedVariables lists the first use of each variable in catalog.Stream or
// catalog.HTTP, in the order of the file. Names are in lower case. To assign a
// variable is no use of it, and what Lua code reads is not known here.
func (t *Tree) UsedVariables(in catalog.Context) []Mention { return t.namesOf(in).usedVariables }

// LogFormats lists the log formats that catalog.Stream or catalog.HTTP declares.
func (t *Tree) LogFormats(in catalog.Context) []Mention { return t.namesOf(in).logFormats }

// LogFormatUses lists every directive that names a log format in catalog.Stream
// or catalog.HTTP; one that leaves the name out is not among them.
func (t *Tree) LogFormatUses(in catalog.Context) []Mention { return t.namesOf(in).logFormatUses }

// mention makes the mention of a name by the directive that is being read.
func (c *checker) mention(name string, at ast.Range) Mention {
	return Mention{Name: name, At: at, Row: c.row, Node: c.node}
}

// mentionFormat notes a log format that a directive declares or names.
func (c *checker) mentionFormat(call *catalog.Call, v *catalog.Value) {
	switch a := v.Arg.(type) {
	case *ngxstream.Format:
		c.names.logFormats = append(c.names.logFormats, c.mention(a.Name, call.Word(1)))
	case *ngxstream.AccessLogArgs:
		if !a.Off && call.Len() > 2 {
			c.names.logFormatUses = append(c.names.logFormatUses, c.mention(a.Format, call.Word(2)))
		}
	}
}
