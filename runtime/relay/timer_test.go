package relay

import (
	"math/rand"
	"slices"
	"testing"
)

type alarm struct {
	when int64
	heap int32
}

func (a *alarm) index() *int32 { return &a.heap }
func (a *alarm) expire(int64)  {}

// Deadlines come due in order, whatever is added, moved and removed meanwhile, and room is given back.
func TestTimers(t *testing.T) {
	var ts timers
	rnd := rand.New(rand.NewSource(1))
	alarms := make([]*alarm, 20_000)
	for i := range alarms {
		alarms[i] = &alarm{when: rnd.Int63n(1000)}
		ts.add(alarms[i], alarms[i].when)
	}
	for range 20_000 {
		a := alarms[rnd.Intn(len(alarms))]
		switch rnd.Intn(3) {
		case 0:
			if in := a.heap != 0; ts.remove(a) != in {
				t.Fatal("remove")
			}
		default:
			a.when = rnd.Int63n(1000)
			ts.add(a, a.when)
		}
	}
	var want, got []int64
	for _, a := range alarms {
		if a.heap != 0 {
			want = append(want, a.when)
		}
	}
	slices.Sort(want)
	if first := ts.sleep(); first != want[0] {
		t.Errorf("%d, want %d", first, want[0])
	}
	for now := int64(-1); now < 1000; now++ {
		for x := ts.popDue(now); x != nil; x = ts.popDue(now) {
			if when := x.(*alarm).when; when != now {
				t.Fatalf("%d at %d", when, now)
			}
			got = append(got, now)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("%d came due, want %d", len(got), len(want))
	}
	if cap(ts.heap) > 2*keepTimers || ts.sleep() != forever {
		t.Errorf("room for %d", cap(ts.heap))
	}
}

// Only a deadline before the loop's own wakes it.
func TestTimersWake(t *testing.T) {
	var ts timers
	ts.awake()
	if ts.add(&alarm{}, 100) {
		t.Error("woke a loop that is awake")
	}
	ts.sleep()
	for _, tc := range []struct {
		when int64
		wake bool
	}{{200, false}, {50, true}, {60, false}, {40, true}} {
		if ts.add(&alarm{}, tc.when) != tc.wake {
			t.Errorf("%+v", tc)
		}
	}
}
