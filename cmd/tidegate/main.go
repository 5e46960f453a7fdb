// Command tidegate checks, prints and runs nginx configurations with embedded Lua.
package main

import (
	"os"

	"tidegate/cmd/tidegate/cli"
)

func main() {
	os.Exit(cli.Main(cli.Process(), os.Args[1:]))
}
