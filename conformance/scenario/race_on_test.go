//go:build race

package scenario

const withRace = true
