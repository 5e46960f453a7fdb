// Command score prints the scores of ledgers, and writes the table of README.md that is made of them.
package main

import (
	"flag"
	"fmt"
	"os"

	"tidegate/conformance/ledger"
)

func main() {
	readme := flag.String("readme", "", "write the table of the first ledger against the second into this file")
	flag.Parse()
	if err := run(*readme, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "score:", err)
		os.Exit(1)
	}
}

func run(readme string, names []string) error {
	var ledgers []*ledger.Ledger
	for _, name := range names {
		l, err := ledger.Read(name)
		if err != nil {
			return err
		}
		ledgers = append(ledgers, l)
	}
	if readme == "" {
		for _, l := range ledgers {
			fmt.Print(l.Text())
		}
		return nil
	}
	if len(ledgers) != 2 {
		return fmt.Errorf("-readme needs two ledgers: ours, and that of an OpenResty")
	}
	text, err := os.ReadFile(readme)
	if err != nil {
		return err
	}
	out, err := ledger.Splice(string(text), ledger.Markdown(ledgers[0], ledgers[1]))
	if err != nil {
		return fmt.Errorf("%s: %w", readme, err)
	}
	return os.WriteFile(readme, []byte(out), 0o644)
}
