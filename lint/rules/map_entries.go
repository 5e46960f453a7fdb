package rules

import (
	"tidegate/ast"
	"tidegate/ast/catalog"
	"tidegate/ast/catalog/ngxhttp"
	"tidegate/ast/catalog/ngxstream"
)

// mapRows are the map blocks of stream and http.
var mapRows = []*catalog.Row{ngxstream.Map.Row, ngxhttp.Map.Row}

// entries lists what stands in a block of data such as map, with what it
// includes.
func entries(block *ast.Directive) []*ast.Directive {
	var out []*ast.Directive
	ast.WalkIncluded(block.Body(), func(d *ast.Directive, _ []*ast.Directive) bool {
		if len(d.Included()) == 0 && d.NumWords() > 0 {
			out = append(out, d)
		}
		return true
	})
	return out
}

// keyOf returns the first word of the entry that begins at a position.
func keyOf(at ast.Pos, all []*ast.Directive) ast.Range {
	for _, d := range all {
		if d.Pos() == at {
			return d.WordRange(0)
		}
	}
	return ast.Range{File: at.File, Start: at.Offset, End: at.Offset + 1}
}
