// Command gonginx puts gonginx behind the drivers' command line.
package main

import (
	"io"

	"github.com/tufanbarisyildirim/gonginx/config"
	"github.com/tufanbarisyildirim/gonginx/dumper"
	"github.com/tufanbarisyildirim/gonginx/parser"

	"tidegate/conformance/bench/drivers/driver"
)

func main() {
	driver.Main("github.com/tufanbarisyildirim/gonginx", func(file string) (driver.Parsed, error) {
		p, err := parser.NewParser(file, parser.WithSkipValidDirectivesErr())
		if err != nil {
			return nil, err
		}
		c, err := p.Parse()
		return parsed{c}, err
	})
}

type parsed struct{ config *config.Config }

func (p parsed) Directives() int { return count(p.config.Block) }

func count(block config.IBlock) int {
	n := 0
	for _, d := range block.GetDirectives() {
		n++
		if inner := d.GetBlock(); inner != nil && inner.GetCodeBlock() == "" {
			n += count(inner)
		}
	}
	return n
}

func (p parsed) Print(w io.Writer) error {
	_, err := io.WriteString(w, dumper.DumpConfig(p.config, dumper.IndentedStyle))
	return err
}
