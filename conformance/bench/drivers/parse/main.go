// Command parse puts Tidegate's parser behind the drivers' command line. The printed text is the source, byte for byte.
package main

import (
	"io"

	"tidegate/ast"
	"tidegate/conformance/bench/drivers/driver"
	"tidegate/parser"
)

func main() {
	driver.Main("tidegate", func(file string) (driver.Parsed, error) {
		src, err := parser.ReadFile(file)
		if err != nil {
			return nil, err
		}
		f, list := parser.Parse(file, src)
		if d := list.Fatal(); d != nil {
			return nil, d
		}
		return parsed{f}, nil
	})
}

type parsed struct{ file *ast.File }

func (p parsed) Directives() int {
	n := 0
	ast.Walk(p.file.Body(), func(*ast.Directive, []*ast.Directive) bool {
		n++
		return true
	})
	return n
}

func (p parsed) Print(w io.Writer) error {
	_, err := w.Write(ast.Print(p.file))
	return err
}
