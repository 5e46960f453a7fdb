package lint

import (
	"path"
	"strings"

	"tidegate/ast"
	"tidegate/ast/conf"
)

// complete reports whether every file that a configuration consists of is
// there.
func complete(tree *conf.Tree) bool {
	if tree.Fragment() {
		return false
	}
	for _, f := range tree.Config.Files {
		known := f.Src != nil // it is nil if the file could not be read
		ast.Walk(f.Body(), func(d *ast.Directive, in []*ast.Directive) bool {
			if d.Is("include") && len(d.Included()) == 0 && !staysEmpty(tree.Config, d.Arg(0), len(in)+depth(f)) {
				known = false
			}
			return known
		})
		if !known {
			return false
		}
	}
	return true
}

// depth counts the blocks around the text of a file; that there are some is all
// that matters.
func depth(f *ast.File) int {
	for site := f.IncludedBy; site != nil; site = site.File.IncludedBy {
		blocks := 0
		ast.Walk(site.File.Body(), func(d *ast.Directive, in []*ast.Directive) bool {
			if d == site.Directive {
				blocks = len(in)
			}
			return blocks == 0
		})
		if blocks > 0 {
			return blocks
		}
	}
	return 0
}

// staysEmpty tells that an include which brings nothing in brings nothing in
// where the configuration runs either: its mask belongs to a folder that other
// files of the configuration come from. An absolute mask in a configuration
// from elsewhere, such as a checked-out copy, says nothing. At the file level
// it does not matter: what stands there cannot add to a block.
func staysEmpty(c *ast.Config, mask string, depth int) bool {
	switch {
	case depth == 0:
		return strings.ContainsAny(mask, "*?[")
	case !strings.ContainsAny(mask, "*?["):
		return false
	case !strings.HasPrefix(mask, "/"):
		return true
	}
	folder := strings.TrimSuffix(path.Dir(path.Dir(mask)), "/") + "/"
	for _, f := range c.Files {
		if strings.HasPrefix(f.Name, folder) {
			return true
		}
	}
	return false
}
