package models

import "fmt"

// CheckConnectTimeout says what is wrong with a connect timeout in seconds, or
// nil.
func CheckConnectTimeout(s int) error {
	return inRange("the connect timeout", s, MinConnectTimeoutSeconds, MaxConnectTimeoutSeconds)
}

// CheckResponseTimeout says what is wrong with a response timeout in seconds,
// or nil.
func CheckResponseTimeout(s int) error {
	return inRange("the response timeout", s, MinResponseTimeoutSeconds, MaxResponseTimeoutSeconds)
}

func inRange(what string, s, low, high int) error {
	if s < low || s > high {
		return fmt.Errorf("%s must be %d to %d seconds, not %d", what, low, high, s)
	}
	return nil
}
