// Package models is methodical's vocabulary: plain data that every other
// package speaks, and the small rules that belong to the words themselves
// (how a target is written, what a payload's kind is, whether a call may have
// run). It imports the standard library only and does no input or output.
//
// The types that end up in files (Case and what it holds) follow the JSON
// contract of version 1: every field may be missing, and a missing fact is
// never read as a bad one. That is why so many fields are pointers or carry
// omitzero.
package models
