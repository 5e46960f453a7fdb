package addon

import (
	"maps"
	"slices"
)

// SourceModules lists what ModulesIn can return.
func SourceModules() []string { return slices.Concat(slices.Collect(maps.Values(sources))...) }
