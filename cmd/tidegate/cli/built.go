package cli

import (
	"fmt"
	"regexp"
	"strings"

	"tidegate/ast/catalog/addon"
	"tidegate/parser"
)

const argumentsLine = "configure arguments:"

// withModule is an option of nginx's configure that compiles one of its modules in.
var withModule = regexp.MustCompile(`^--with-((?:http|stream|mail)_\w+_module|google_perftools_module)$`)

// builtModules reads a file with what nginx -V prints, and names the modules that this nginx was built with. One that is built as a file of
// its own ("=dynamic", --add-dynamic-module) is not among them: it has to be loaded.
func builtModules(file string) ([]string, error) {
	src, err := parser.ReadFile(file)
	if err != nil {
		return nil, err
	}
	_, arguments, found := strings.Cut(string(src), argumentsLine)
	if !found {
		return nil, fmt.Errorf("%s: it does not hold what nginx -V prints: no line begins with %q (nginx prints it on standard error: nginx -V 2>FILE)", file, argumentsLine)
	}
	arguments, _, _ = strings.Cut(arguments, "\n")
	var names []string
	for _, word := range strings.Fields(arguments) {
		if m := withModule.FindStringSubmatch(word); m != nil {
			names = append(names, "ngx_"+m[1])
		} else if dir, ok := strings.CutPrefix(word, "--add-module="); ok {
			names = append(names, addon.ModulesIn(dir)...)
		}
	}
	return names, nil
}
