//go:build race

package soak

const withRace = true
