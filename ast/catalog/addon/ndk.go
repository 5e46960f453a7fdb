package addon

import (
	"strings"

	"tidegate/ast/catalog"
)

// NDKModule and its directive. What else the development kit has is for modules.
var (
	NDKModule = catalog.NewModule("ndk_http_module", "The development kit that other modules build on.", UpstreamList)

	UpstreamList = catalog.Custom(catalog.Spec{Name: "upstream_list", In: servers, Args: "<name> <group>...", Repeat: catalog.Many, Origin: catalog.Bundled, Runs: bundled,
		Doc: "Names a list of groups for set_hashed_upstream."}, decodeUpstreamList)
)

// GroupList is one upstream_list directive.
type GroupList struct {
	Name   string
	Groups []WeightedGroup
}

// WeightedGroup is one group of a list, written "name" or "2:name".
type WeightedGroup struct {
	Name   string
	Weight int
}

// decodeUpstreamList follows ndk_upstream_list; that a name is free is seen by
// the checker.
func decodeUpstreamList(c *catalog.Call) (GroupList, bool) {
	list := GroupList{Name: c.Text(1)}
	for i := 2; i < c.Len(); i++ {
		g := WeightedGroup{Name: strings.TrimLeft(c.Text(i), "0123456789"), Weight: 1}
		if digits := strings.TrimSuffix(c.Text(i), g.Name); digits != "" {
			if g.Name == "" {
				return list, c.Fail(i, `upstream list just consists of number "%s"`, digits)
			}
			var separated bool
			if g.Name, separated = strings.CutPrefix(g.Name, ":"); !separated {
				return list, c.Fail(i, `upstream list not correct format "%s"`, c.Text(i))
			}
			g.Weight, _ = catalog.ParseInt(digits)
		}
		list.Groups = append(list.Groups, g)
	}
	return list, true
}
