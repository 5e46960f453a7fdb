package vm

// What package sched asks about the threads of light threads.

// HasCoroutines tells whether coroutines that were started on this light thread have not ended.
func (th *Thread) HasCoroutines() bool { return th.group != nil && th.group.first != nil }

// Root is the light thread that a coroutine runs on at the moment: the thread itself when nobody has resumed it.
func (th *Thread) Root() *Thread { return th.root() }

// InCoroutine tells whether the thread has resumed a coroutine that has not come back.
func (th *Thread) InCoroutine() bool {
	if th.co != nil {
		return th.co.status == coNormal
	}
	if th.group != nil {
		for co := th.group.first; co != nil; co = co.co.next {
			if co.resumer == th {
				return true
			}
		}
	}
	return false
}

// Go is the Func behind a function that is not written in Lua, else nil.
func (fn *Function) Go() Func { return fn.gofn }
