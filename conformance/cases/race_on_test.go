//go:build race

package cases

const withRace = true
