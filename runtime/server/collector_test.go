package server

import (
	"testing"
	"time"
)

// TestPacing: the heap gets room only while garbage is made fast, and loses it afterwards.
func TestPacing(t *testing.T) {
	var percents []int
	p := &pacing{set: func(n int) int { percents = append(percents, n); return 0 }}
	for _, step := range []struct {
		allocated uint64
		cpu       time.Duration
		live      uint64
		want      int // the last percentage set
	}{
		{4 << 20, 100 * time.Millisecond, 4 << 20, 0}, // connections: nothing is touched
		{4 << 20, 10 * time.Millisecond, 4 << 20, 400},
		{16 << 20, 40 * time.Millisecond, 4 << 20, 400},
		{16 << 20, 40 * time.Millisecond, 0, 1600},
		{64 << 20, 40 * time.Millisecond, 64 << 20, 100}, // as much again is more than room
		{4 << 20, 10 * time.Millisecond, 8 << 20, 200},
		{4 << 20, time.Second, 8 << 20, 100},
	} {
		p.choose(step.allocated, step.cpu, step.live)
		last := 0
		if len(percents) > 0 {
			last = percents[len(percents)-1]
		}
		if last != step.want {
			t.Errorf("%+v: %d", step, last)
		}
	}
	n := len(percents)
	p.choose(4<<20, time.Second, 8<<20)
	p.end()
	p.collected()
	if len(percents) != n {
		t.Errorf("set again where nothing changed: %v", percents[n:])
	}
	p.roomy, p.over = true, false
	if p.end(); percents[len(percents)-1] != 100 {
		t.Error("the end leaves room")
	}
}
