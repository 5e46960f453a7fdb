package stats

import (
	"errors"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMedian(t *testing.T) {
	tests := []struct {
		name string
		in   []float64
		want float64
	}{
		{"one", []float64{7}, 7},
		{"odd", []float64{9, 1, 5}, 5},
		{"even", []float64{4, 1, 3, 2}, 2.5},
		{"one round disturbed", []float64{10, 11, 900, 10, 11}, 11},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			before := append([]float64(nil), tt.in...)
			got, err := Median(tt.in)
			if err != nil || got != tt.want {
				t.Errorf("Median(%v) = %v, %v; want %v", tt.in, got, err, tt.want)
			}
			if diff := cmp.Diff(before, tt.in); diff != "" {
				t.Errorf("Median reordered its argument: %s", diff)
			}
		})
	}
	if _, err := Median(nil); !errors.Is(err, ErrEmpty) {
		t.Errorf("Median(nil) error = %v, want ErrEmpty", err)
	}
}

func TestSummarizeInterval(t *testing.T) {
	tests := []struct {
		name      string
		n         int
		low, high float64
		coverage  float64
	}{
		// The coverages are the sign test's: 1 - 2 * sum of C(n,k) / 2^n.
		{"five rounds are too few for 95 %", 5, 1, 5, 1 - 2.0/32},
		{"six rounds are enough", 6, 1, 6, 1 - 2.0/64},
		{"nine rounds drop one at each end", 9, 2, 8, 1 - 2*(1.0+9)/512},
		{"a single round says nothing", 1, 1, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var in []float64
			for i := tt.n; i >= 1; i-- {
				in = append(in, float64(i))
			}
			got, err := Summarize(in, 0.95)
			if err != nil {
				t.Fatal(err)
			}
			if got.Low != tt.low || got.High != tt.high || math.Abs(got.Coverage-tt.coverage) > 1e-9 {
				t.Errorf("Summarize(1..%d) = [%v, %v] at %v, want [%v, %v] at %v",
					tt.n, got.Low, got.High, got.Coverage, tt.low, tt.high, tt.coverage)
			}
			if got.Min != 1 || got.Max != float64(tt.n) || got.N != tt.n {
				t.Errorf("Summarize(1..%d): n %d, min %v, max %v", tt.n, got.N, got.Min, got.Max)
			}
		})
	}
}

func TestRatiosPairRounds(t *testing.T) {
	got := Ratios([]float64{10, 30, 8, 5}, []float64{20, 60, 0})
	if diff := cmp.Diff([]float64{0.5, 0.5}, got); diff != "" {
		t.Errorf("Ratios (-want +got): %s", diff)
	}
}

func TestGeometricMean(t *testing.T) {
	got, err := GeometricMean([]float64{2, 0.5, 3, 1.0 / 3})
	if err != nil || math.Abs(got-1) > 1e-12 {
		t.Errorf("GeometricMean = %v, %v; want 1", got, err)
	}
	for _, bad := range [][]float64{nil, {1, 0}, {-1}} {
		if _, err := GeometricMean(bad); err == nil {
			t.Errorf("GeometricMean(%v) gave no error", bad)
		}
	}
}

func TestHistogramQuantiles(t *testing.T) {
	var h Histogram
	if h.Quantile(0.5) != 0 {
		t.Error("an empty histogram has a quantile")
	}
	for i := 1; i <= 1000; i++ {
		h.Add(time.Duration(i) * time.Microsecond)
	}
	for _, q := range []float64{0.01, 0.5, 0.9, 0.99, 1} {
		exact := time.Duration(q*1000) * time.Microsecond
		got := h.Quantile(q)
		if got < exact || float64(got) > float64(exact)*(1+1.0/subBuckets) {
			t.Errorf("Quantile(%v) = %v, want %v to 1/%d above", q, got, exact, subBuckets)
		}
	}
	var sum Histogram
	sum.Merge(&h)
	sum.Merge(&h)
	if sum.Count() != 2000 || sum.Quantile(0.5) != h.Quantile(0.5) {
		t.Errorf("two merged copies: count %d, median %v, want 2000 and %v", sum.Count(), sum.Quantile(0.5), h.Quantile(0.5))
	}
}

func TestHistogramBucketsAreMonotonic(t *testing.T) {
	for _, v := range []uint64{0, 1, 15, 16, 17, 31, 32, 33, 1 << 20, 1<<20 + 1, 1<<62 - 1, 1 << 62} {
		i := bucket(v)
		if upper(i) < v {
			t.Errorf("bucket(%d) = %d, whose upper end is %d", v, i, upper(i))
		}
		if i > 0 && upper(i-1) >= v {
			t.Errorf("bucket(%d) = %d, but bucket %d reaches to %d", v, i, i-1, upper(i-1))
		}
	}
	var h Histogram
	h.Add(-time.Second)
	h.Add(math.MaxInt64)
	if h.Count() != 2 {
		t.Error("an extreme duration was not counted")
	}
}
