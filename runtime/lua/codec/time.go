package codec

// Today, LocalTime and UTCTime render the (cached) time given in seconds since the epoch; gmtoff is the local time
// zone's offset from UTC in minutes, which is all of it that nginx keeps.

// Today is ngx.today: the local date, yyyy-mm-dd.
func Today(sec int64, gmtoff int) string {
	t := gmtime(sec + int64(gmtoff)*60)
	return string(t.appendDate(nil))
}

// LocalTime is ngx.localtime: yyyy-mm-dd hh:mm:ss.
func LocalTime(sec int64, gmtoff int) string {
	t := gmtime(sec + int64(gmtoff)*60)
	return string(t.appendClock(append(t.appendDate(make([]byte, 0, 19)), ' ')))
}

// UTCTime is ngx.utctime: yyyy-mm-dd hh:mm:ss.
func UTCTime(sec int64) string { return LocalTime(sec, 0) }

const (
	weekDays   = "SunMonTueWedThuFriSat"
	monthNames = "JanFebMarAprMayJunJulAugSepOctNovDec"
)

// HTTPTime is ngx.http_time, such as "Thu, 18 Nov 2010 11:27:35 GMT".
func HTTPTime(sec int64) string {
	t := gmtime(sec)
	b := t.appendDay(make([]byte, 0, 29), ' ')
	b = appendTwo(appendTwo(b, t.year/100), t.year%100)
	return string(append(t.appendClock(append(b, ' ')), " GMT"...))
}

// CookieTime is ngx.cookie_time, such as "Thu, 18-Nov-10 11:27:35 GMT"; years after 2037 have four digits.
func CookieTime(sec int64) string {
	t := gmtime(sec)
	b := t.appendDay(make([]byte, 0, 29), '-')
	if t.year > 2037 {
		b = appendTwo(b, t.year/100)
	}
	b = append(appendTwo(b, t.year%100), ' ')
	return string(append(t.appendClock(b), " GMT"...))
}

func appendTwo(b []byte, n int64) []byte { return append(b, byte('0'+n/10), byte('0'+n%10)) }

func (t *brokenTime) appendDate(b []byte) []byte {
	b = append(appendTwo(appendTwo(b, t.year/100), t.year%100), '-')
	return appendTwo(append(appendTwo(b, t.mon), '-'), t.mday)
}

func (t *brokenTime) appendClock(b []byte) []byte {
	b = append(appendTwo(b, t.hour), ':')
	return appendTwo(append(appendTwo(b, t.min), ':'), t.sec)
}

// appendDay appends the names of day and month with the day between, as in "Thu, 18-Nov-".
func (t *brokenTime) appendDay(b []byte, sep byte) []byte {
	b = append(append(b, weekDays[3*t.wday:3*t.wday+3]...), ", "...)
	b = append(appendTwo(b, t.mday), sep)
	return append(append(b, monthNames[3*t.mon-3:3*t.mon]...), sep)
}

type brokenTime struct{ year, mon, mday, hour, min, sec, wday int64 }

// gmtime follows ngx_gmtime: times before the epoch are the epoch, times after the year 9999 its last second.
func gmtime(t int64) brokenTime {
	const lastDay = 2932896
	t = max(t, 0)
	days, sec := t/86400, t%86400
	if days > lastDay {
		days, sec = lastDay, 86399
	}
	b := brokenTime{hour: sec / 3600, min: sec / 60 % 60, sec: sec % 60, wday: (4 + days) % 7}
	// Count in years that begin on March 1, so that the leap day is a year's last: days since March 1 of year 0, in
	// cycles of 400 years, of which a year's number is found by leaving its leap days out.
	days += 719468
	cycle, day := days/146097, days%146097
	year := (day - day/1460 + day/36524 - day/146096) / 365
	yday := day - (365*year + year/4 - year/100)
	month := (5*yday + 2) / 153
	b.mday = yday - (153*month+2)/5 + 1
	b.year = 400*cycle + year
	if b.mon = month + 3; b.mon > 12 {
		b.mon -= 12
		b.year++
	}
	return b
}

// ParseHTTPTime is ngx.parse_http_time for the three formats of HTTP dates; ok is false where Lua gets nil. Day and
// month names are read no more closely than ngx_parse_http_time does, and what follows the seconds does not matter.
func ParseHTTPTime(s string) (sec int64, ok bool) {
	p := dateParser{s: s}
	var d brokenTime
	if !p.parse(&d) || d.hour > 23 || d.min > 59 || d.sec > 59 {
		return 0, false
	}
	if d.mday == 29 && d.mon == 1 {
		if d.year&3 != 0 || d.year%100 == 0 && d.year%400 != 0 {
			return 0, false
		}
	} else if d.mday > monthDays[d.mon] {
		return 0, false
	}
	sec = daysSinceEpoch(d)*86400 + d.hour*3600 + d.min*60 + d.sec
	return sec, sec != -1 // -1 is NGX_ERROR to the caller
}

var monthDays = [...]int64{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// daysSinceEpoch counts the days from 1970-01-01 to d, whose month runs from 0; a day of 0 is the day before the first.
func daysSinceEpoch(d brokenTime) int64 {
	month, year := uint64(d.mon), uint64(d.year)
	if month < 2 { // January and February belong to the year before
		month += 12
		year-- // wraps for the year 0, as nginx's unsigned arithmetic does
	}
	return int64(365*year + year/4 - year/100 + year/400 + (367*(month-1))/12 - 30 + uint64(d.mday) - 1 - 719468)
}

// dateParser walks the text as ngx_parse_http_time walks its buffer; reading past the end gives a NUL, which nothing
// accepts.
type dateParser struct {
	s  string
	at int
}

type dateFormat int

const (
	noFormat dateFormat = iota
	rfc822              // Tue, 10 Nov 2002 23:50:13
	rfc850              // Tuesday, 10-Dec-02 23:50:13
	isoC                // Tue Dec 10 23:50:13 2002
)

func (p *dateParser) byte(i int) byte {
	if p.at+i < len(p.s) {
		return p.s[p.at+i]
	}
	return 0
}

func (p *dateParser) left() int { return len(p.s) - p.at }

func (p *dateParser) skip(c byte) bool {
	ok := p.byte(0) == c
	p.at++
	return ok
}

func (p *dateParser) number(digits int) (n int64, ok bool) {
	for i := range digits {
		c := p.byte(i)
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	p.at += digits
	return n, true
}

func (p *dateParser) parse(d *brokenTime) (ok bool) {
	format := p.dayName()
	if p.left() < 18 {
		return false
	}
	if format != isoC {
		if d.mday, ok = p.number(2); !ok {
			return false
		}
		switch p.byte(0) {
		case ' ':
			if p.left() < 18 {
				return false
			}
			format = rfc822
		case '-':
			format = rfc850
		default:
			return false
		}
		p.at++
	}
	if d.mon, ok = p.month(); !ok {
		return false
	}
	if sep := p.byte(0); format == rfc822 && sep != ' ' || format == rfc850 && sep != '-' {
		return false
	}
	p.at++
	switch format {
	case rfc822:
		d.year, ok = p.number(4)
	case rfc850:
		if d.year, ok = p.number(2); d.year < 70 {
			d.year += 100
		}
		d.year += 1900
	default:
		d.mday, ok = p.shortDay()
	}
	return ok && p.clock(d, format)
}

func (p *dateParser) dayName() dateFormat {
	format := noFormat
	for ; p.at < len(p.s) && p.s[p.at] != ','; p.at++ {
		if p.s[p.at] == ' ' {
			format = isoC
			break
		}
	}
	for p.at++; p.byte(0) == ' '; p.at++ {
	}
	return format
}

// month reads a name of three letters, no more of it than tells the months apart, as a number from 0.
func (p *dateParser) month() (int64, bool) {
	first, second, third := p.byte(0), p.byte(1), p.byte(2)
	pick := func(cond bool, yes, no int64) int64 {
		if cond {
			return yes
		}
		return no
	}
	p.at += 3
	switch first {
	case 'J':
		return pick(second == 'a', 0, pick(third == 'n', 5, 6)), true
	case 'F':
		return 1, true
	case 'M':
		return pick(third == 'r', 2, 4), true
	case 'A':
		return pick(second == 'p', 3, 7), true
	case 'S':
		return 8, true
	case 'O':
		return 9, true
	case 'N':
		return 10, true
	case 'D':
		return 11, true
	}
	return 0, false
}

// shortDay is the day of the ISO C format: one or two digits, possibly after another space.
func (p *dateParser) shortDay() (day int64, ok bool) {
	if p.byte(0) == ' ' {
		p.at++
	}
	if day, ok = p.number(1); !ok {
		return 0, false
	}
	if p.byte(0) != ' ' {
		next, ok := p.number(1)
		if !ok {
			return 0, false
		}
		day = day*10 + next
	}
	return day, p.left() >= 14
}

func (p *dateParser) clock(d *brokenTime, format dateFormat) (ok bool) {
	if !p.skip(' ') {
		return false
	}
	if d.hour, ok = p.number(2); !ok || !p.skip(':') {
		return false
	}
	if d.min, ok = p.number(2); !ok || !p.skip(':') {
		return false
	}
	if d.sec, ok = p.number(2); !ok {
		return false
	}
	if format == isoC {
		if !p.skip(' ') {
			return false
		}
		d.year, ok = p.number(4)
	}
	return ok
}
