//go:build !race

package soak

const withRace = false
