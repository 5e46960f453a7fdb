//go:build !race

package cases

const withRace = false
