package ngxstream

import (
	"strings"

	"tidegate/ast/catalog"
	"tidegate/ast/diag"
)

// SplitClients creates a variable that divides clients by chance.
var SplitClients = catalog.EntryBlock(catalog.Spec{
	Name: "split_clients", In: catalog.Stream, Args: "<tmpl> <var>", Opens: catalog.StreamSplitClients, Since: "1.11.3",
	Repeat: catalog.Many, Runs: catalog.Full,
	Doc: "Creates a variable that divides clients into groups of given sizes.",
}, DecodeSplitClients)

// Split is one split_clients block.
type Split struct {
	Source   catalog.Template
	Variable string
	Parts    []SplitPart
}

// SplitPart is one entry of split_clients.
type SplitPart struct {
	Percent int // in hundredths; 0 is the rest
	Value   string
}

// DecodeSplitClients follows ngx_conf_split_clients_block.
func DecodeSplitClients(c *catalog.Call) (*Split, bool) {
	s := &Split{}
	var ok, good bool
	s.Source, ok = c.Template(1)
	if s.Variable, good = c.VariableName(2); good {
		good = c.Define(2, catalog.NewVariable{Name: s.Variable, Changeable: true})
	}
	sum := 0
	c.Entries(func(e *catalog.Call) {
		p := SplitPart{Value: e.Text(1)}
		if word := e.Text(0); word != "*" {
			var valid bool
			p.Percent, valid = catalog.ParseFixed(strings.TrimSuffix(word, "%"), 2)
			if !valid || p.Percent == 0 || !strings.HasSuffix(word, "%") {
				e.Fail(0, `invalid percent value "%s"`, word)
				return
			}
			sum += p.Percent
		} else {
			sum = 10000
		}
		splitWords(e)
		s.Parts = append(s.Parts, p)
		if sum > 10000 && sum-max(p.Percent, 1) <= 10000 {
			c.Env.Report(diag.Diagnostic{Severity: diag.Emerg, Rule: catalog.RuleValue, Message: "percent total is greater than 100%",
				Subject: e.Word(0), At: c.Node.EndPos()})
			ok = false
		}
	})
	return s, ok && good && !c.Failed()
}

// splitWords checks the number of words of an entry, which nginx does not do:
// it takes what lies behind a single word in memory, and ignores further words.
func splitWords(e *catalog.Call) {
	const message = "invalid number of the split_clients parameters"
	switch {
	case e.Len() < 2:
		e.Report(diag.Emerg, catalog.RuleArgs, e.Node.HeadRange(), message)
	case e.Len() > 2:
		e.ReportWhole(diag.Diagnostic{Severity: diag.Warn, Rule: catalog.RuleArgs, Stage: diag.Advice, Message: message,
			Subject: e.Node.HeadRange(), At: e.At(), Detail: "nginx ignores all words after the second one"})
	}
}
