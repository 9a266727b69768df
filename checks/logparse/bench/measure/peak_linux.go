package main

import (
	"os"
	"syscall"
)

// peak is the most memory a process held, in kilobytes.
func peak(p *os.ProcessState) int64 {
	usage, ok := p.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return int64(usage.Maxrss)
}
