package system

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// Build builds the Tidegate of this tree into a directory: static as it is shipped, or with the race detector.
func Build(dir string, race bool) (program string, err error) {
	program = filepath.Join(dir, "tidegate")
	args, env := []string{"build", "-o", program}, "CGO_ENABLED=0"
	if race {
		args, env = append(args, "-race"), "CGO_ENABLED=1"
	}
	cmd := exec.Command("go", append(args, "tidegate/cmd/tidegate")...)
	cmd.Env = append(os.Environ(), env)
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build the server: %w\n%s", err, out)
	}
	return program, nil
}
