// Package logparse reads exported Azure IoT Hub resource logs and counts what
// they say, at the speed of the disk and in memory that does not grow with the
// file.
//
// It reads JSON Lines, {"records":[…]} wrappers, JSON arrays, the answer of the
// Log Analytics query API and the portal's CSV, plain or packed with gzip or
// zstd, from files, folders and streams.
//
// A file is cut into blocks; workers take blocks, turn them into rows and add
// the rows to aggregates of their own, which are merged at the end. So the
// numbers are the same for any number of workers and any order of files.
//
// Speed never decides what a record says. Every record is read by the first of
// three readers that is sure of it, and each is only ever sure of what the next
// would say too:
//
//   - layouts compare a record with records seen before and look only at the
//     values that differ (layout.go);
//   - the scanner reads any well-formed object in one pass (scan.go);
//   - the strict decoder, jsontext, reads the rest. It alone calls a record
//     malformed (strict.go).
package logparse
