package lint

import (
	"tidegate/ast/catalog"
	"tidegate/ast/conf"
)

// Script is a piece of Lua that a configuration reaches: the code of a
// *_by_lua directive or a file of Lua.
type Script struct {
	// Use is the directive that holds or names the code; its Node is nil for a
	// module that other code requires.
	Use Use
	// Subsystem is catalog.Stream or catalog.HTTP, or both for a module that both
	// require.
	Subsystem catalog.Context
	// Phases are the phases in which the code runs, 0 if they are not known.
	Phases catalog.Phases
	// Text is the code.
	Text string
}

// collectScripts finds the Lua of a configuration.
func collectScripts(tree *conf.Tree, o Options) []*Script { return nil }

// script reads the comments of one piece of Lua.
func (a *allower) script(s *Script) {}
