package rules_test

import (
	"testing"

	"tidegate/ast/conf"
	"tidegate/conformance/bench/bigconf"
	"tidegate/lint"
	"tidegate/lint/rules"
	"tidegate/parser"
)

// BenchmarkRules measures all rules together, and each one alone with what the
// rules share, on a configuration with hundreds of servers: one that compares
// each server with each stands out.
func BenchmarkRules(b *testing.B) {
	text := string(bigconf.Generate(bigconf.Size{Directives: 20_000}).Text)
	memory := parser.Memory{"nginx.conf": text}
	config, list := parser.Load(parser.Options{Main: "nginx.conf", ReadFile: memory.ReadFile, Glob: memory.Glob})
	tree, found := conf.Check(config, conf.Options{})
	if list = append(list, found...); list.Fatal() != nil {
		b.Fatal(list.Fatal())
	}
	run := func(name string, some []*lint.Rule) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				lint.Run(tree, lint.Options{Rules: some, ReadFile: memory.ReadFile})
			}
		})
	}
	run("all", rules.All())
	for _, r := range rules.All() {
		run(r.Name, []*lint.Rule{r})
	}
}
