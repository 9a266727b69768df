// Package azure reaches an IoT hub's service API over HTTPS. Its Hub satisfies
// the engine's Hub port without importing it.
//
// It is built over github.com/amenzhinsky/iothub, which parses connection
// strings, signs SAS tokens and reads identities, modules and statistics. Where
// that library loses facts (payloads and twins as maps, pages that overwrite
// each other, headers of errors) this package sends its own small request
// through the same http.Client; each place names the defect. The library's own
// transport is never used, because every root certificate it pins has expired.
//
// Nothing this package returns, logs or prints holds a key, a token or a
// proxy's password. Everything a hub or proxy says is kept as it came, bounded,
// and is hostile text to whoever draws it.
package azure
