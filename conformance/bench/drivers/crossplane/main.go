// Command crossplane puts nginx-go-crossplane behind the drivers' command line: comments are kept, and nothing is checked that a
// parser need not check.
package main

import (
	"fmt"
	"io"

	crossplane "github.com/nginxinc/nginx-go-crossplane"

	"tidegate/conformance/bench/drivers/driver"
)

func main() {
	driver.Main("github.com/nginxinc/nginx-go-crossplane", func(file string) (driver.Parsed, error) {
		lua := &crossplane.Lua{}
		payload, err := crossplane.Parse(file, &crossplane.ParseOptions{
			SingleFile: true, ParseComments: true, SkipDirectiveContextCheck: true, SkipDirectiveArgsCheck: true,
			LexOptions: crossplane.LexOptions{Lexers: []crossplane.RegisterLexer{lua.RegisterLexer()}},
		})
		if err != nil {
			return nil, err
		}
		if len(payload.Errors) > 0 {
			return nil, fmt.Errorf("line %d: %w", *payload.Errors[0].Line, payload.Errors[0].Error)
		}
		return parsed{payload.Config[0]}, nil
	})
}

type parsed struct{ config crossplane.Config }

func (p parsed) Directives() int { return count(p.config.Parsed) }

func count(list crossplane.Directives) int {
	n := 0
	for _, d := range list {
		if !d.IsComment() {
			n += 1 + count(d.Block)
		}
	}
	return n
}

func (p parsed) Print(w io.Writer) error {
	lua := &crossplane.Lua{}
	return crossplane.Build(w, p.config, &crossplane.BuildOptions{Builders: []crossplane.RegisterBuilder{lua.RegisterBuilder()}})
}
