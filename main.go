// Command methodical walks an engineer through a failing Azure IoT Hub direct
// method and ends with the cause, the evidence and the fix.
//
// This package is where the rooms of the house are joined: it wires adapters to
// the ports of checks, hands in the embedded data, and owns the exit code.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() { os.Exit(run()) }

func run() int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	return command(ctx, os.Args[1:])
}
