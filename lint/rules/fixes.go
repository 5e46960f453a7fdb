package rules

import (
	"tidegate/ast"
	"tidegate/ast/diag"
)

// replace is a safe fix that writes a text in place of a range.
func replace(r ast.Range, text, description string) diag.Fix {
	return diag.Fix{Description: description, Safe: true, Edits: []diag.Edit{{Range: r, New: text}}}
}
