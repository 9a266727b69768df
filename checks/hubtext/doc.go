// Package hubtext reads what an IoT hub says when it refuses a call, in
// whatever shape the text arrives: the JSON body, the JSON inside its string,
// the portal's third layer of it, an HTTP frame, an exception of one of the
// SDKs, a log row, or no more than a code or a name.
//
// It works from the outside in. Each layer is given to the parser that fits it
// (HTTP frame, JSON, a literal of another language, CSV), and every string
// found inside is read again. What no parser takes is searched for the few
// labels that hubs and SDKs write. The input is hostile text: its size, its
// nesting and the number of attempts are bounded, and nothing in here panics.
package hubtext
