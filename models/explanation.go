package models

import "time"

// ExplanationVersion is the version of the explain contract.
const ExplanationVersion = 1

// Explanation is a code or an error text in words: what it means, why it
// comes, what to do. Code is "" when none could be read, and Unread is what of
// the text could not be.
type Explanation struct {
	Version     int        `json:"version"`
	Code        string     `json:"code"`
	Name        string     `json:"name"`
	Message     string     `json:"message"`
	TrackingIDs []string   `json:"trackingIds"`
	Timeout     string     `json:"timeout"`        // the wait the hub applied, "hh:mm:ss"
	Time        *time.Time `json:"time,omitempty"` // the hub's own time of it
	HTTPStatus  int        `json:"httpStatus,omitempty"`
	Meaning     string     `json:"meaning"`
	Causes      []string   `json:"causes"` // the usual ones, likeliest first
	Fix         []string   `json:"fix"`    // steps, in order
	Retry       string     `json:"retry"`  // whether it is safe, and why
	Links       []Link     `json:"links"`
	Notes       []string   `json:"notes,omitempty"` // what is odd about this text or uncertain about this code
	Unread      string     `json:"unread"`
}
