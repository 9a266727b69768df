package compare

import (
	"encoding/json"
	"slices"
	"strings"
)

// deepest is how far nested properties are read; twins nest little deeper.
const deepest = 6

// flatten reads the tags or reported properties of a twin into "a.b" → JSON text
// pairs. What the hub adds itself ($metadata, $version) is left out, and so is
// anything that is not an object.
func flatten(raw json.RawMessage) map[string]string {
	out := map[string]string{}
	walkObject(out, "", raw, 0)
	return out
}

func walkObject(out map[string]string, prefix string, raw json.RawMessage, depth int) {
	var object map[string]json.RawMessage
	if depth > deepest || json.Unmarshal(raw, &object) != nil {
		return
	}
	for name, value := range object {
		if strings.HasPrefix(name, "$") {
			continue
		}
		if text := strings.TrimSpace(string(value)); strings.HasPrefix(text, "{") {
			walkObject(out, prefix+name+".", value, depth+1)
		} else {
			out[prefix+name] = strings.Trim(text, `"`)
		}
	}
}

// union is the names of both, in order.
func union(a, b map[string]string) []string {
	var names []string
	for name := range a {
		names = append(names, name)
	}
	for name := range b {
		if _, both := a[name]; !both {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}
