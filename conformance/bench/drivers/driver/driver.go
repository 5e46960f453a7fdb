// Package driver is the command line that the drivers share. Each of them puts one library behind it, so that the benchmark can
// run the library as a program:
//
//	DRIVER version        the library's version
//	DRIVER parse FILE     reads a configuration and tells how many directives are in it
//	DRIVER print FILE     reads a configuration and prints it from what was read
//
// The drivers are a module of their own: the libraries are no dependencies of Tidegate.
package driver

import (
	"fmt"
	"io"
	"os"
	"runtime/debug"
)

// Parsed is a configuration that a library has read.
type Parsed interface {
	Directives() int
	Print(w io.Writer) error
}

// Main runs a driver for the library in a module.
func Main(module string, parse func(file string) (Parsed, error)) {
	if err := run(module, parse, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(module string, parse func(file string) (Parsed, error), args []string) error {
	if len(args) == 1 && args[0] == "version" {
		fmt.Println(version(module))
		return nil
	}
	if len(args) != 2 {
		return fmt.Errorf("usage: driver version | parse FILE | print FILE")
	}
	p, err := parse(args[1])
	if err != nil {
		return err
	}
	switch args[0] {
	case "parse":
		_, err = fmt.Println(p.Directives(), "directives")
		return err
	case "print":
		return p.Print(os.Stdout)
	}
	return fmt.Errorf("there is no job %q", args[0])
}

// version is what the program was built with.
func version(module string) string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown version"
	}
	for _, dep := range info.Deps {
		if dep.Path == module && dep.Replace == nil {
			return dep.Version
		}
	}
	return "of this tree"
}
