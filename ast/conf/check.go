package conf

import (
	"strings"

	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxcore"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
	"tidegate/ast/diag"
)

// Check checks a configuration. The tree is never nil and holds what is right.
// The list is sorted and does not contain what the parser has found; append the
// two and sort again to see them in nginx's order.
func Check(config *ast.Config, o Options) (*Tree, diag.List) {
	c := newChecker(config, o)
	if o.Params != nil {
		c.body(o.Params.Body(), c.tree.Main)
	}
	if o.Context != 0 && o.Context != catalog.Main {
		c.checkFragment(o.Context)
	} else {
		c.body(config.Main.Body(), c.tree.Main)
		c.finishFiles()
	}
	c.sayUnshown()
	c.diags.Sort()
	return c.tree, c.diags
}

// scope is what the stream block has of its own, and the http block too.
type scope struct {
	vars   variables
	groups []*upstream
	byHost map[string][]*upstream
	logs   map[string]*ngxstream.AccessLogArgs
	names  *names
}

func newScope(known func() builtins, n *names) scope {
	return scope{vars: newVariables(known), names: n, byHost: map[string][]*upstream{}, logs: map[string]*ngxstream.AccessLogArgs{}}
}

// checker is one run of Check. It is the Env of all decoders.
type checker struct {
	opt   Options
	tree  *Tree
	diags diag.List
	// fatal tells that diags holds a reason for nginx to refuse the configuration,
	// unshown counts what is not in it because there is too much.
	fatal   bool
	unshown int

	// row and node are the directive that is being read.
	row  *catalog.Row
	node *ast.Directive

	scope
	zones       map[string]int // name -> index in tree.Zones
	listens     map[listenKey]*Listening
	httpListens map[listenKey]*HTTPListening
	// extra are the rows of Options.Extra by name, loaded the modules that
	// load_module has brought in.
	extra  map[string][]*catalog.Row
	loaded map[*catalog.Module]bool
	// loadedNames are the modules that are loaded by the names of their files.
	loadedNames map[string]bool
	paths       map[string]path
	// sticky tells the group of each zone of sticky.
	sticky map[string]string
	// lists are the names of upstream_list directives.
	lists map[string]bool
	// pools are the thread pools that directives name.
	pools []poolUse
	// mailListens are the addresses of mail to listen on.
	mailListens []boundAddress
	// strange are the load_module directives with a module that the catalogue does
	// not have.
	strange []*ast.Directive
	// unserved is set inside the blocks that the runtime refuses as a whole.
	unserved bool
	resolved map[string]resolution
	tried    map[string]bool // files that were opened
	// modulesUsed is set by the first block, after which modules can no longer be
	// loaded (cycle->modules_used).
	modulesUsed bool
}

func newChecker(config *ast.Config, o Options) *checker {
	if o.ConfPrefix == "" {
		o.ConfPrefix = config.Main.Name[:strings.LastIndexByte(config.Main.Name, '/')+1]
	}
	t := &Tree{Config: config, Main: newMain(), groups: map[string]*Level{}, httpGroups: map[string]*Level{}}
	extra := map[string][]*catalog.Row{}
	for _, r := range o.Extra {
		extra[r.Name] = append(extra[r.Name], r)
	}
	loaded, names := map[*catalog.Module]bool{}, map[string]bool{}
	for _, name := range o.Built {
		names[name] = true
		for _, m := range Catalog.ModulesOf(name) {
			loaded[m] = true
		}
	}
	return &checker{
		opt:         o,
		extra:       extra,
		loaded:      loaded,
		loadedNames: names,
		tree:        t,
		zones:       map[string]int{},
		listens:     map[listenKey]*Listening{},
		httpListens: map[listenKey]*HTTPListening{},
		paths:       map[string]path{},
		sticky:      map[string]string{},
		resolved:    map[string]resolution{},
		tried:       map[string]bool{},
		scope:       newScope(streamVariables, &t.streamNames),
	}
}

// body checks the directives of a file or block, following includes.
func (c *checker) body(body ast.Body, l *Level) {
	for d := range body.All() {
		if d.Kind == ast.Broken && (d.Open < 0 || d.NumWords() == 0) {
			continue // the parser has reported what is wrong
		}
		c.directive(d, l)
	}
}

// directive follows ngx_conf_handler for one directive.
func (c *checker) directive(d *ast.Directive, l *Level) {
	l.note(d)
	r := c.find(d, l)
	if r == nil || !c.shape(d, r) {
		return
	}
	if r.Body == catalog.LuaCode && d.Lua() == nil {
		return // the parser has reported that the code has no end
	}
	if r == ngxcore.Include.Row {
		for _, f := range d.Included() {
			c.body(f.Body(), l)
		}
		return
	}
	call := catalog.NewCall(r, d, l, c)
	target := r
	if r.Of != nil {
		target = r.Of
	}
	if r.Repeat == catalog.Once && len(l.Values(target)) > 0 {
		call.Duplicate()
		return
	}
	c.row, c.node = target, d
	arg, ok := r.Decode(&call)
	v := catalog.Value{Row: target, Arg: arg, Node: d, At: d.Pos()}
	ok = ok && c.register(&call, &v, l)
	c.refused(r, d, call.At())
	if r.Body == catalog.Directives {
		inner := newLevel(l)
		inner.block, inner.arg, inner.node, inner.in = r, arg, d, opens(r, l)
		v.Inner = inner
		if ok {
			l.children = append(l.children, inner)
			l.add(v)
		}
		c.block(d, inner)
		return
	}
	if ok {
		l.add(v)
	}
}

// block checks the body of a block. The blocks that the runtime refuses as a
// whole have variables and groups of their own.
func (c *checker) block(d *ast.Directive, inner *Level) {
	leave := c.enter(inner.block)
	c.body(d.Body(), inner)
	if d.Kind != ast.Broken {
		c.closed(inner)
	}
	leave()
}

// enter changes the scope for the body of a block; what it returns changes it
// back.
func (c *checker) enter(r *catalog.Row) (leave func()) {
	var n *names
	switch r {
	case ngxcore.HTTP.Row:
		n = &c.tree.httpNames
	case ngxcore.Mail.Row:
		n = &c.tree.otherNames
	default:
		return func() {}
	}
	outer := c.scope
	c.scope, c.unserved = newScope(httpVariables, n), true
	return func() { c.scope, c.unserved = outer, false }
}

// opens tells which place a block is: that of "if" depends on where it stands.
func opens(r *catalog.Row, l *Level) catalog.Context {
	if r != ngxhttp.If.Row {
		return r.Opens
	}
	if l.in == catalog.HTTPServer {
		return catalog.HTTPServerIf
	}
	return catalog.HTTPLocationIf
}

// headPos is where nginx's read position stands when it looks at a directive:
// past ";" or "{".
func headPos(d *ast.Directive) ast.Pos {
	if d.HasBlock() {
		return d.OpenPos()
	}
	return d.EndPos()
}

// shape checks the terminator and the number of arguments.
func (c *checker) shape(d *ast.Directive, r *catalog.Row) bool {
	name := d.Name()
	switch {
	case r.Body == catalog.NoBody && d.HasBlock():
		c.report(d, ast.Range{File: d.File, Start: int(d.Open), End: int(d.Open) + 1}, headPos(d), "terminator",
			`directive "`+name+`" is not terminated by ";"`, "")
		return false
	case r.Body != catalog.NoBody && !d.HasBlock():
		c.report(d, d.WordRange(d.NumWords()), headPos(d), "terminator", `directive "`+name+`" has no opening "{"`, "")
		return false
	case !r.Shape().Accepts(d.NumWords() - 1):
		c.report(d, d.HeadRange(), headPos(d), catalog.RuleArgs, `invalid number of arguments in "`+name+`" directive`,
			"it is written: "+r.Syntax())
		return false
	}
	return true
}

func (c *checker) reportAt(d *ast.Directive, at ast.Pos, rule, message, detail string) {
	c.report(d, d.WordRange(0), at, rule, message, detail)
}

func (c *checker) report(d *ast.Directive, subject ast.Range, at ast.Pos, rule, message, detail string) {
	found := diag.Diagnostic{Severity: diag.Emerg, Rule: rule, Message: message, Detail: detail, Subject: subject, At: at}
	if d.Kind == ast.Broken && d.Open >= 0 {
		// nginx looks the name up before it reads the code whose end is missing.
		found.Order = ast.Pos{File: d.File, Offset: int(d.Open)}
	}
	c.Report(found)
}

// refused notes a directive that the runtime does not have.
func (c *checker) refused(r *catalog.Row, d *ast.Directive, at ast.Pos) {
	if r.Runs.Level == catalog.SupportRefused {
		c.Refuse(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleUnsupported, Subject: d.WordRange(0), At: at,
			Message: `"` + r.Name + `" directive is not supported: ` + r.Runs.Why})
		if r == ngxcore.HTTP.Row || r == ngxcore.Mail.Row {
			c.tree.wholeBlocks++
		}
	}
}
