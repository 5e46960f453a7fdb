package project

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"tidegate/ast/catalog"
)

// directive reads [[directive]]: the declaration of a directive that only this project's nginx has.
func (r *reader) directive(t *table) {
	var contexts []string
	var block string
	s := catalog.Spec{Origin: catalog.Extra, Repeat: catalog.Many, Runs: catalog.Refused("only the project's nginx has it"),
		Doc: "Declared by " + r.File + "."}
	r.fields(t, "[[directive]]",
		field{"name", stringInto(&s.Name)},
		field{"contexts", stringsInto(&contexts)},
		field{"arguments", func(it *item) (err error) {
			s.Args, err = arguments(it.value)
			return err
		}},
		field{"block", stringInto(&block)},
		field{"doc", stringInto(&s.Doc)},
	)
	r.need(t, "name", "contexts")
	if strings.ContainsAny(s.Name, " \t\r\n;{}\"'") {
		r.check(t.find("name").at, fmt.Errorf("%q is no name of a directive", s.Name))
	}
	for _, name := range contexts {
		in, err := place(name)
		r.check(t.find("contexts").at, err)
		s.In |= in
	}
	row, err := declare(s, block)
	if err != nil {
		r.check(t.find("block").at, err)
	} else if s.Name != "" {
		r.Directives = append(r.Directives, row)
	}
}

// place reads the name of a place where directives stand, or "any".
func place(name string) (catalog.Context, error) {
	if name == "any" {
		return catalog.AnyContext, nil
	}
	if c, ok := catalog.ParseContext(name); ok && !c.Opaque() && c&catalog.AnyContext != 0 {
		return c, nil
	}
	var places []string
	for bit := catalog.Context(1); bit != 0; bit <<= 1 {
		if bit&catalog.AnyContext != 0 {
			places = append(places, bit.String())
		}
	}
	if s := catalog.Suggest(name, places); s != "" {
		return 0, fmt.Errorf("no directive stands in %q; did you mean %q?", name, s)
	}
	return 0, fmt.Errorf("no directive stands in %q; the places are %s, or any", name, strings.Join(places, ", "))
}

// counts is the short form of arguments: how many there are.
var counts = regexp.MustCompile(`^(\d+)(?:-(\d*))?$`)

// maxCount is the greatest number of arguments that nginx tells apart.
const maxCount = 8

// arguments reads the notation of arguments, or how many there are: 2, "1-3" or "1-".
func arguments(value any) (string, error) {
	text, ok := value.(string)
	if n, isNumber := value.(int64); isNumber {
		text, ok = strconv.FormatInt(n, 10), true
	}
	if !ok {
		return "", fmt.Errorf(`"arguments" must be a number, a range like "1-2", or the notation of explain like "<name> [on|off]"`)
	}
	m := counts.FindStringSubmatch(text)
	if m == nil {
		if _, err := catalog.ParseArgs(text); err != nil {
			return "", fmt.Errorf("%q does not follow the notation of arguments: %w", text, err)
		}
		return text, nil
	}
	least, _ := strconv.Atoi(m[1])
	most := least
	if strings.Contains(text, "-") {
		most = -1
		if m[2] != "" {
			most, _ = strconv.Atoi(m[2])
		}
	}
	if least > maxCount || most > maxCount || most >= 0 && most < least {
		return "", fmt.Errorf("%q is no number of arguments: from 0 to %d, or open as in \"1-\"", text, maxCount)
	}
	return notation(least, most), nil
}

// notation writes a number of arguments in the notation; most is -1 without an end.
func notation(least, most int) string {
	words := make([]string, 0, least+1)
	for range least {
		words = append(words, "<text>")
	}
	switch {
	case most < 0 && least > 0:
		words[least-1] = "<text>..."
	case most < 0:
		words = append(words, "[<text>...]")
	case most > least:
		words = append(words, strings.TrimSpace(strings.Repeat("[<text> ", most-least))+strings.Repeat("]", most-least))
	}
	return strings.Join(words, " ")
}

// declare makes the row: without a block, with one of Lua, with one that is not looked into, or with directives of a place.
func declare(s catalog.Spec, block string) (*catalog.Row, error) {
	words := func(c *catalog.Call) ([]string, bool) { return c.Texts(1), true }
	switch block {
	case "":
		return catalog.Words(s).Row, nil
	case "lua":
		if !strings.HasSuffix(s.Name, "_by_lua_block") {
			return nil, fmt.Errorf("code of Lua is read only in directives whose names end in _by_lua_block")
		}
		return catalog.LuaBlock(s, words).Row, nil
	case "any":
		return catalog.EntryBlock(s, words).Row, nil
	}
	opens, err := place(block)
	if err != nil {
		return nil, fmt.Errorf(`"block" is "lua", "any", or the place whose directives the block holds: %w`, err)
	}
	s.Opens = opens
	return catalog.BlockOf(s, words).Row, nil
}
