package report

import (
	"fmt"
	"html"
	"io"
	"math"
	"strings"
)

// Geometry of the plot, in pixels.
const (
	plotLeft   = 230
	plotWidth  = 560
	barHeight  = 14
	barGap     = 3
	groupGap   = 14
	plotTop    = 64
	plotMargin = 110
)

// palette gives every system but the baseline its colour; it is readable on white and for the colour-blind.
var palette = []string{"#0072b2", "#e69f00", "#009e73", "#cc79a7", "#d55e00", "#56b4e9", "#999933", "#882255"}

// SVG draws, for every mix, each system's ratio to the baseline as a bar on a logarithmic axis around 1, with the interval of
// the median as a whisker. Bars to the left are cheaper than the baseline.
func (r *Report) SVG(w io.Writer) error {
	span := 2.0 // the axis reaches from 1/span to span
	rows := 0
	for _, m := range r.Mixes {
		for _, result := range m.Results {
			if result.System == m.Base {
				continue
			}
			rows++
			if q := result.Ratio; q != nil && q.Low > 0 {
				span = max(span, q.High, 1/q.Low)
			}
		}
	}
	span = math.Pow(2, math.Ceil(math.Log2(span)))
	height := plotTop + rows*(barHeight+barGap) + len(r.Mixes)*groupGap + 30
	x := func(ratio float64) float64 {
		clipped := min(max(ratio, 1/span), span)
		return plotLeft + plotWidth*(math.Log(clipped)/math.Log(span)+1)/2
	}

	var b strings.Builder
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" font-family="sans-serif" font-size="12">`+"\n", plotLeft+plotWidth+plotMargin, height)
	fmt.Fprintf(&b, `<rect width="100%%" height="100%%" fill="white"/>`+"\n")
	fmt.Fprintf(&b, `<text x="%d" y="20" font-size="14">Cost relative to %s (left is cheaper)</text>`+"\n", plotLeft, html.EscapeString(r.Baseline))
	r.legend(&b)
	axis(&b, span, x, height)
	r.bars(&b, x)
	b.WriteString("</svg>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

// colour is a system's place in the palette.
func (r *Report) colour(system string) string {
	i := 0
	for _, s := range r.Systems {
		if s.Name == system {
			break
		}
		if s.Name != r.Baseline {
			i++
		}
	}
	return palette[i%len(palette)]
}

func (r *Report) legend(b *strings.Builder) {
	at := plotLeft
	for _, s := range r.Systems {
		if s.Name == r.Baseline {
			continue
		}
		fmt.Fprintf(b, `<rect x="%d" y="30" width="10" height="10" fill="%s"/><text x="%d" y="39">%s</text>`+"\n", at, r.colour(s.Name), at+14, html.EscapeString(s.Name))
		at += 14 + 8*len(s.Name) + 20
	}
}

// axis draws a line at every power of two.
func axis(b *strings.Builder, span float64, x func(float64) float64, height int) {
	for v := 1 / span; v <= span*1.001; v *= 2 {
		stroke := "#ddd"
		if math.Abs(v-1) < 1e-9 {
			stroke = "#444"
		}
		label := fmt.Sprintf("%g×", v)
		if v < 1 {
			label = fmt.Sprintf("1/%g", 1/v)
		}
		fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="%s"/>`, x(v), x(v), plotTop-6, height-20, stroke)
		fmt.Fprintf(b, `<text x="%.1f" y="%d" text-anchor="middle" fill="#666">%s</text>`+"\n", x(v), height-6, label)
	}
}

// label is a mix's name, with what its bars are relative to if that is not the servers' baseline.
func (r *Report) label(m Mix) string {
	if m.Base != r.Baseline {
		return m.Name + " / " + m.Base
	}
	return m.Name
}

func (r *Report) bars(b *strings.Builder, x func(float64) float64) {
	y := plotTop
	for _, m := range r.Mixes {
		fmt.Fprintf(b, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", plotLeft-8, y+barHeight-3, html.EscapeString(r.label(m)))
		for _, result := range m.Results {
			if result.System == m.Base {
				continue
			}
			if q := result.Ratio; q != nil {
				left, right := min(x(q.Median), x(1)), max(x(q.Median), x(1))
				fmt.Fprintf(b, `<rect x="%.1f" y="%d" width="%.1f" height="%d" fill="%s"/>`, left, y, max(right-left, 1), barHeight, r.colour(result.System))
				fmt.Fprintf(b, `<line x1="%.1f" x2="%.1f" y1="%d" y2="%d" stroke="#222"/>`, x(q.Low), x(q.High), y+barHeight/2, y+barHeight/2)
				fmt.Fprintf(b, `<text x="%d" y="%d">%.2f</text>`+"\n", plotLeft+plotWidth+8, y+barHeight-3, q.Median)
			} else {
				word := string(result.Status)
				if result.Status == OK {
					word = "no baseline"
				}
				fmt.Fprintf(b, `<text x="%d" y="%d" fill="#888">%s</text>`+"\n", plotLeft+plotWidth+8, y+barHeight-3, word)
			}
			y += barHeight + barGap
		}
		y += groupGap
	}
}
