package accesslog

import (
	"container/list"
	"sync"
	"time"

	"tidegate/runtime/errlog"
)

// FileCache is open_log_file_cache; the zero FileCache keeps nothing open.
type FileCache struct {
	Max      int           // files; 0 switches the cache off
	Inactive time.Duration // a file that was not written to for so long is closed
	Valid    time.Duration // how long a file is taken to be the one of its name
	MinUses  int           // a file written to less often than this within Inactive is not kept
}

// OpenError is a log file that could not be opened; its text is nginx's message, of level crit.
type OpenError struct{ err error }

func (e *OpenError) Error() string { return e.err.Error() }
func (e *OpenError) Unwrap() error { return e.err }

// pathCache opens files whose names have variables, and keeps the often used ones (ngx_open_file_cache as the log module uses it).
type pathCache struct {
	cfg   FileCache
	files Files

	mu    sync.Mutex
	order *list.List // of *entry, the most recently used in front
	byKey map[string]*list.Element
}

type entry struct {
	path   string
	file   *errlog.File // nil while uses < MinUses
	uses   int
	opened time.Time
	used   time.Time
}

func newPathCache(cfg FileCache) *pathCache {
	return &pathCache{cfg: cfg, order: list.New(), byKey: map[string]*list.Element{}}
}

// write appends one line to the file at path.
func (c *pathCache) write(path string, line []byte) error {
	if c.cfg.Max == 0 {
		f, err := c.files.Open(path)
		if err != nil {
			return &OpenError{err}
		}
		defer c.files.Release(f)
		return put(f, path, line)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	e, err := c.get(path, time.Now())
	if err != nil {
		return &OpenError{err}
	}
	err = put(e.file, path, line)
	if e.uses < c.cfg.MinUses {
		c.files.Release(e.file)
		e.file = nil
	}
	return err
}

// get finds or opens the file. The lock is held.
func (c *pathCache) get(path string, now time.Time) (*entry, error) {
	c.expire(now)
	el := c.byKey[path]
	if el == nil {
		for len(c.byKey) >= c.cfg.Max {
			c.remove(c.order.Back())
		}
		el = c.order.PushFront(&entry{path: path})
		c.byKey[path] = el
	}
	c.order.MoveToFront(el)
	e := el.Value.(*entry)
	e.uses++
	e.used = now
	if e.file != nil && now.Sub(e.opened) >= c.cfg.Valid {
		c.files.Release(e.file)
		e.file = nil
	}
	if e.file == nil {
		f, err := c.files.Open(path)
		if err != nil {
			c.remove(el)
			return nil, err
		}
		e.file, e.opened = f, now
	}
	return e, nil
}

// expire removes what was not used for Inactive.
func (c *pathCache) expire(now time.Time) {
	for el := c.order.Back(); el != nil; el = c.order.Back() {
		if now.Sub(el.Value.(*entry).used) < c.cfg.Inactive {
			return
		}
		c.remove(el)
	}
}

func (c *pathCache) remove(el *list.Element) {
	e := c.order.Remove(el).(*entry)
	delete(c.byKey, e.path)
	if e.file != nil {
		c.files.Release(e.file)
	}
}

// close closes every file; the cache goes on.
func (c *pathCache) close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for el := c.order.Back(); el != nil; el = c.order.Back() {
		c.remove(el)
	}
}
