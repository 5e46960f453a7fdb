// Package stats condenses the rounds of a benchmark: medians, the interval in which a median lies, and ratios of two systems
// that ran in turn.
//
// Nothing here assumes a distribution. A shared machine disturbs single rounds by any amount and only ever upwards, so the median
// stands for the rounds; two systems are compared round by round, because a disturbance that lasts longer than a round hits
// both halves of the pair. The package knows no unit.
package stats

import (
	"errors"
	"math"
	"slices"
)

// ErrEmpty is returned where there is nothing to condense.
var ErrEmpty = errors.New("no samples")

// Summary describes one set of rounds.
type Summary struct {
	N        int     `json:"n"`
	Median   float64 `json:"median"`
	Min      float64 `json:"min"`
	Max      float64 `json:"max"`
	Low      float64 `json:"low"`      // lower end of the interval of the median
	High     float64 `json:"high"`     // upper end
	Coverage float64 `json:"coverage"` // probability that [Low, High] holds the true median
}

// Median is the middle value, or the mean of the two middle values.
func Median(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, ErrEmpty
	}
	sorted := slices.Sorted(slices.Values(values))
	mid := len(sorted) / 2
	if len(sorted)%2 == 1 {
		return sorted[mid], nil
	}
	return (sorted[mid-1] + sorted[mid]) / 2, nil
}

// Summarize condenses values. The interval is the narrowest pair of order statistics, taken symmetrically, that holds the median
// with at least the wanted probability (0.95, say); with too few values for that it is [Min, Max] and Coverage says how sure
// that is.
func Summarize(values []float64, want float64) (Summary, error) {
	median, err := Median(values)
	if err != nil {
		return Summary{}, err
	}
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	cut := 0
	for cut+1 <= (n-1)/2 && coverage(n, cut+1) >= want {
		cut++
	}
	return Summary{
		N: n, Median: median, Min: sorted[0], Max: sorted[n-1],
		Low: sorted[cut], High: sorted[n-1-cut], Coverage: coverage(n, cut),
	}, nil
}

// coverage is the probability that the median of a continuous distribution lies between the order statistics cut+1 and n-cut of
// n independent values: the sign test's binomial sum.
func coverage(n, cut int) float64 {
	tail := 0.0
	for k := 0; k <= cut; k++ {
		tail += binomial(n, k)
	}
	return max(0, 1-2*tail)
}

// binomial is the probability of k heads in n fair throws.
func binomial(n, k int) float64 {
	lgamma := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	return math.Exp(lgamma(n) - lgamma(k) - lgamma(n-k) - float64(n)*math.Ln2)
}

// Ratios divides round by round: values[i] / base[i]. Rounds that only one side has, and rounds whose base is 0, are left out.
func Ratios(values, base []float64) []float64 {
	var out []float64
	for i := range min(len(values), len(base)) {
		if base[i] != 0 {
			out = append(out, values[i]/base[i])
		}
	}
	return out
}

// GeometricMean is the mean for ratios: twice as slow and twice as fast cancel out. Values must be positive.
func GeometricMean(values []float64) (float64, error) {
	if len(values) == 0 {
		return 0, ErrEmpty
	}
	sum := 0.0
	for _, v := range values {
		if v <= 0 {
			return 0, errors.New("geometric mean of a value that is not positive")
		}
		sum += math.Log(v)
	}
	return math.Exp(sum / float64(len(values))), nil
}
