package device

import (
	"slices"
	"strings"

	"methodical/models"
)

// list is the devices loaded so far and the rows they make under the present
// filter. Rows are worked out when they are asked for: only those of one page
// ever are.
type list struct {
	devices []models.Device // without tags and reported properties, which are large
	tags    []string        // of each device, in words
	at      map[string]int  // device id to its place in devices
	index   index
	next    string // continuation of the unfiltered list, "" on its last page
	read    bool   // the first page is in
	modules map[string][]models.Device

	text    string
	matches []int32 // places of the devices that match, best first
	open    []unfolded
	near    []models.Target // ids that resemble one the hub does not know
	typed   models.Target   // the text as it stands, when it is the id of nothing loaded
}

// unfolded is a match whose modules are shown under it.
type unfolded struct {
	match   int   // place in matches
	modules []int // those that are shown
}

type rowKind int

const (
	rowDevice rowKind = iota
	rowModule
	// rowNear is an id that resembles one the hub does not know.
	rowNear
	// rowTyped is the text as it stands, for an id that is not loaded.
	rowTyped
)

type row struct {
	kind   rowKind
	target models.Target
	device int // place in devices
	module int // place among the device's modules
}

func (l *list) len() int {
	n := len(l.near) + len(l.matches)
	for _, u := range l.open {
		n += len(u.modules)
	}
	if !l.typed.IsZero() {
		n++
	}
	return n
}

func (l *list) row(i int) (row, bool) {
	if i < 0 || i >= l.len() {
		return row{}, false
	}
	if !l.typed.IsZero() && i == l.len()-1 {
		return row{kind: rowTyped, target: l.typed}, true
	}
	if i < len(l.near) {
		return row{kind: rowNear, target: l.near[i]}, true
	}
	i -= len(l.near)
	for _, u := range l.open {
		if i <= u.match {
			break
		}
		if over := i - u.match - 1; over < len(u.modules) {
			device := int(l.matches[u.match])
			module := u.modules[over]
			target := l.modules[l.devices[device].DeviceID][module].Target()
			return row{kind: rowModule, target: target, device: device, module: module}, true
		}
		i -= len(u.modules)
	}
	device := int(l.matches[i])
	return row{kind: rowDevice, target: l.devices[device].Target(), device: device}, true
}

// find is the row of a device, or the first one.
func (l *list) find(id string) int {
	at := slices.IndexFunc(l.matches, func(i int32) bool { return l.devices[i].DeviceID == id })
	if at < 0 {
		return 0
	}
	at += len(l.near)
	before := 0
	for _, u := range l.open {
		if u.match+len(l.near) < at {
			before += len(u.modules)
		}
	}
	return at + before
}

// likeliest is the row that the text most likely means: the id as written, a
// module where one is named, else the best match.
func (l *list) likeliest() int {
	device, module, named := strings.Cut(l.text, "/")
	switch {
	case len(l.near) > 0:
		return 0
	case named && module != "" && len(l.open) > 0:
		return len(l.near) + l.open[0].match + 1
	case named && !l.typed.IsZero():
		return l.len() - 1
	}
	if _, ok := l.at[device]; ok {
		return l.find(device)
	}
	return 0
}

// complete reports whether every device of the hub is loaded.
func (l *list) complete() bool { return l.read && l.next == "" }

// has reports whether a target is loaded.
func (l *list) has(t models.Target) bool {
	if _, ok := l.at[t.DeviceID]; !ok {
		return false
	}
	if t.ModuleID == "" {
		return true
	}
	return slices.ContainsFunc(l.modules[t.DeviceID], func(m models.Device) bool { return m.ModuleID == t.ModuleID })
}

// add takes in a page. A page of a search does not move the unfiltered list on.
func (l *list) add(page models.DevicePage, prefix string) {
	if l.at == nil {
		l.at = map[string]int{}
	}
	for _, d := range page.Devices {
		words := tags(d.Tags)
		d.Tags, d.Reported = nil, nil
		if i, ok := l.at[d.DeviceID]; ok {
			l.devices[i], l.tags[i] = d, words
			continue
		}
		l.at[d.DeviceID] = len(l.devices)
		l.devices, l.tags = append(l.devices, d), append(l.tags, words)
		l.index.add(d.DeviceID)
	}
	if prefix == "" {
		l.next, l.read = page.Next, true
	}
	l.narrow(l.text)
}

// narrow makes the rows for a filter's text.
func (l *list) narrow(text string) {
	l.text = strings.TrimSpace(text)
	device, module, _ := strings.Cut(l.text, "/")
	l.matches = l.index.find(device)
	l.open = l.open[:0]
	if len(l.modules) > 0 {
		for m, i := range l.matches {
			if shown := matchingModules(l.modules[l.devices[i].DeviceID], module); len(shown) > 0 {
				l.open = append(l.open, unfolded{m, shown})
			}
		}
	}
	l.typed = models.Target{}
	if t, err := models.ParseTarget(l.text); err == nil && !l.has(t) {
		l.typed = t
	}
}

func matchingModules(modules []models.Device, text string) (shown []int) {
	for i, m := range modules {
		if text == "" || strings.Contains(strings.ToLower(m.ModuleID), strings.ToLower(text)) {
			shown = append(shown, i)
		}
	}
	return shown
}

func (l *list) unfolded(device string) bool { return len(l.modules[device]) > 0 }

func (l *list) unfold(device string, modules []models.Device) {
	if l.modules == nil {
		l.modules = map[string][]models.Device{}
	}
	l.modules[device] = modules
	l.narrow(l.text)
}

func (l *list) foldUp(device string) {
	delete(l.modules, device)
	l.narrow(l.text)
}
