//go:build unix

package slab

import (
	"fmt"
	"syscall"
)

// Map gives n zero bytes that take physical memory only once touched.
func Map(n int) ([]byte, error) {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil, fmt.Errorf("mmap(MAP_ANON|MAP_SHARED, %d) failed (%d: %w)", n, int(err.(syscall.Errno)), err)
	}
	return b, nil
}

// Unmap gives them back.
func Unmap(b []byte) { syscall.Munmap(b) }
