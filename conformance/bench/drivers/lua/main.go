// Command lua runs one file on Tidegate's Lua machine, as luajit FILE does.
package main

import (
	"fmt"
	"os"

	"tidegate/runtime/lua/vm"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: lua FILE")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(file string) error {
	src, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	code, err := vm.Compile(string(src), "@"+file)
	if err != nil {
		return err
	}
	machine := vm.New(vm.Options{})
	defer machine.Close()
	thread := machine.NewThread()
	if _, err := thread.Call(machine.Load(code, nil)); err != nil {
		return err
	}
	return nil
}
