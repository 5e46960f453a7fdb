package stats

import (
	"math/bits"
	"time"
)

// Each power of two of nanoseconds is split into this many buckets, so a quantile is at most 1/16 too high.
const (
	subBuckets = 16
	subBits    = 4
)

// Histogram counts durations in buckets of constant relative width. The zero value is empty and ready; it allocates nothing.
type Histogram struct {
	count   int64
	buckets [64 * subBuckets]uint32
}

// Add counts one duration; negative ones count as 0.
func (h *Histogram) Add(d time.Duration) {
	h.buckets[bucket(uint64(max(d, 0)))]++
	h.count++
}

// Count is the number of durations added.
func (h *Histogram) Count() int64 { return h.count }

// Merge adds the counts of o.
func (h *Histogram) Merge(o *Histogram) {
	h.count += o.count
	for i, n := range o.buckets {
		h.buckets[i] += n
	}
}

// Quantile is the upper bound of the bucket that holds the q-th part (0 < q <= 1) of the durations, 0 for an empty histogram.
func (h *Histogram) Quantile(q float64) time.Duration {
	if h.count == 0 {
		return 0
	}
	rank := max(int64(q*float64(h.count)+0.5), 1)
	for i, n := range h.buckets {
		if rank -= int64(n); rank <= 0 {
			return time.Duration(upper(i))
		}
	}
	return 0
}

// bucket maps small values to themselves, larger ones to their exponent and the four bits after the leading one.
func bucket(v uint64) int {
	if v < subBuckets {
		return int(v)
	}
	exp := bits.Len64(v) - 1 - subBits
	return (exp+1)<<subBits + int(v>>exp) - subBuckets
}

// upper is the largest value of a bucket.
func upper(i int) uint64 {
	if i < subBuckets {
		return uint64(i)
	}
	exp := i>>subBits - 1
	mantissa := uint64(i&(subBuckets-1)) + subBuckets
	return (mantissa+1)<<exp - 1
}
