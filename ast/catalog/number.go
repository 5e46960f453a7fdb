package catalog

import (
	"math"
	"time"
)

// ParseInt reads an unsigned decimal as ngx_atoi does: digits only, no sign, no
// blanks, at most the largest signed 64-bit integer.
func ParseInt(s string) (int, bool) {
	if s == "" {
		return 0, false
	}
	const cutoff, cutlim = math.MaxInt64 / 10, math.MaxInt64 % 10
	v := 0
	for i := 0; i < len(s); i++ {
		d := int(s[i]) - '0'
		if d < 0 || d > 9 {
			return 0, false
		}
		if v >= cutoff && (v > cutoff || d > cutlim) {
			return 0, false
		}
		v = v*10 + d
	}
	return v, true
}

// ParseFixed reads a decimal with up to point digits after the dot, scaled by
// 10^point, as ngx_atofp does: ParseFixed("10.5", 2) is 1050.
func ParseFixed(s string, point int) (int, bool) {
	if s == "" {
		return 0, false
	}
	const cutoff, cutlim = math.MaxInt64 / 10, math.MaxInt64 % 10
	v, dot := 0, false
	for i := 0; i < len(s); i++ {
		if point == 0 {
			return 0, false
		}
		if s[i] == '.' {
			if dot {
				return 0, false
			}
			dot = true
			continue
		}
		d := int(s[i]) - '0'
		if d < 0 || d > 9 || v >= cutoff && (v > cutoff || d > cutlim) {
			return 0, false
		}
		v = v*10 + d
		if dot {
			point--
		}
	}
	for ; point > 0; point-- {
		if v > cutoff {
			return 0, false
		}
		v *= 10
	}
	return v, true
}

// ParseSize reads a size in bytes with the optional unit k or m in either
// case, as ngx_parse_size does.
func ParseSize(s string) (int64, bool) { return parseScaled(s, false) }

// ParseOffset is ParseSize with the further unit g, as ngx_parse_offset does.
func ParseOffset(s string) (int64, bool) { return parseScaled(s, true) }

func parseScaled(s string, giga bool) (int64, bool) {
	if s == "" {
		return 0, false
	}
	scale := 1
	switch s[len(s)-1] {
	case 'k', 'K':
		scale = 1 << 10
	case 'm', 'M':
		scale = 1 << 20
	case 'g', 'G':
		if giga {
			scale = 1 << 30
		}
	}
	if scale > 1 {
		s = s[:len(s)-1]
	}
	v, ok := ParseInt(s)
	if !ok || v > math.MaxInt64/scale {
		return 0, false
	}
	return int64(v * scale), true
}

// Steps of ngx_parse_time: a unit may only be followed by a smaller one.
const (
	stepStart = iota
	stepYear
	stepMonth
	stepWeek
	stepDay
	stepHour
	stepMinute
	stepSecond
	stepMillisecond
	stepLast
)

// ParseTime reads a time with millisecond resolution, as ngx_parse_time does
// for ngx_conf_set_msec_slot: "1d 2h", "500ms", "10" (seconds); years and
// months are not accepted. A time beyond what time.Duration holds (about 292
// years) is cut to that.
func ParseTime(s string) (time.Duration, bool) {
	ms, ok := parseTime(s, false)
	if !ok {
		return 0, false
	}
	if ms > math.MaxInt64/int(time.Millisecond) {
		return math.MaxInt64, true
	}
	return time.Duration(ms) * time.Millisecond, true
}

// ParseSeconds reads a time with second resolution, as ngx_parse_time does for
// ngx_conf_set_sec_slot: years (365 days) and months (30 days, "M") are
// accepted, milliseconds are not.
func ParseSeconds(s string) (time.Duration, bool) {
	sec, ok := parseTime(s, true)
	if !ok {
		return 0, false
	}
	if sec > math.MaxInt64/int(time.Second) {
		return math.MaxInt64, true
	}
	return time.Duration(sec) * time.Second, true
}

// timeUnit finds the step and the scale in seconds of one unit letter.
func timeUnit(c byte) (step, scale int, ok bool) {
	const day = 60 * 60 * 24
	switch c {
	case 'y':
		return stepYear, day * 365, true
	case 'M':
		return stepMonth, day * 30, true
	case 'w':
		return stepWeek, day * 7, true
	case 'd':
		return stepDay, day, true
	case 'h':
		return stepHour, 60 * 60, true
	case 'm':
		return stepMinute, 60, true
	case 's':
		return stepSecond, 1, true
	case ' ':
		return stepLast, 1, true
	}
	return 0, 0, false
}

func parseTime(s string, seconds bool) (int, bool) {
	const cutoff, cutlim = math.MaxInt64 / 10, math.MaxInt64 % 10
	value, total, valid, step := 0, 0, false, stepMonth
	if seconds {
		step = stepStart
	}
	for p := 0; p < len(s); {
		if d := int(s[p]) - '0'; d >= 0 && d <= 9 {
			if value >= cutoff && (value > cutoff || d > cutlim) {
				return 0, false
			}
			value, valid = value*10+d, true
			p++
			continue
		}
		next, scale, ok := timeUnit(s[p])
		if !ok {
			return 0, false
		}
		p++
		limit := stepOf(next)
		if next == stepMinute && p < len(s) && s[p] == 's' {
			if seconds {
				return 0, false
			}
			next, limit, scale = stepMillisecond, stepMillisecond, 1
			p++
		}
		if step >= limit {
			return 0, false
		}
		step = next
		most := math.MaxInt64 / scale
		if step != stepMillisecond && !seconds {
			scale *= 1000
			most /= 1000
		}
		if value > most || total > math.MaxInt64-value*scale {
			return 0, false
		}
		total, value = total+value*scale, 0
		for p < len(s) && s[p] == ' ' {
			p++
		}
	}
	if !valid {
		return 0, false
	}
	if !seconds {
		if value > math.MaxInt64/1000 {
			return 0, false
		}
		value *= 1000
	}
	if total > math.MaxInt64-value {
		return 0, false
	}
	return total + value, true
}

// stepOf is the step from which on a unit may no longer follow. A blank ends
// a number of seconds, so it is bound by the step of the second.
func stepOf(step int) int {
	if step == stepLast {
		return stepSecond
	}
	return step
}
