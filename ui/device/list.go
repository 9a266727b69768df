package device

import (
	"slices"
	"strings"

	"methodical/models"
)

// list is the devices loaded so far and the rows they make under the present
// filter.
type list struct {
	devices []models.Device
	at      map[string]int // device id to its place in devices
	index   index
	next    string // continuation of the unfiltered list, "" on its last page
	read    bool   // the first page is in
	modules map[string][]models.Device

	text string
	rows []row
}

type rowKind int

const (
	rowDevice rowKind = iota
	rowModule
	// rowTyped is the text as it stands, for an id that is not loaded.
	rowTyped
)

type row struct {
	kind   rowKind
	target models.Target
	device int // place in devices
	module int // place among the device's modules
}

func (l *list) len() int { return len(l.rows) }

func (l *list) row(i int) (row, bool) {
	if i < 0 || i >= len(l.rows) {
		return row{}, false
	}
	return l.rows[i], true
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

// forget empties the list but keeps the filter.
func (l *list) forget() { *l = list{text: l.text} }

// add takes in a page. A page of a search does not move the unfiltered list on.
func (l *list) add(page models.DevicePage, prefix string) {
	if l.at == nil {
		l.at = map[string]int{}
	}
	for _, d := range page.Devices {
		if i, ok := l.at[d.DeviceID]; ok {
			l.devices[i] = d
			continue
		}
		l.at[d.DeviceID] = len(l.devices)
		l.devices = append(l.devices, d)
		l.index.add(d.DeviceID)
	}
	if prefix == "" {
		l.next, l.read = page.Next, true
	}
}

// narrow makes the rows for a filter's text.
func (l *list) narrow(text string) {
	l.text = strings.TrimSpace(text)
	l.rows = l.rows[:0]
	device, module, _ := strings.Cut(l.text, "/")
	for _, i := range l.index.find(device) {
		l.rows = append(l.rows, row{kind: rowDevice, target: l.devices[i].Target(), device: i})
		l.addModules(i, module)
	}
	if t, err := models.ParseTarget(l.text); err == nil && !l.has(t) {
		l.rows = append(l.rows, row{kind: rowTyped, target: t})
	}
}

func (l *list) addModules(i int, match string) {
	device := l.devices[i].DeviceID
	for n, m := range l.modules[device] {
		if match == "" || strings.Contains(strings.ToLower(m.ModuleID), strings.ToLower(match)) {
			l.rows = append(l.rows, row{kind: rowModule, target: m.Target(), device: i, module: n})
		}
	}
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

// find is the row of a target, or 0.
func (l *list) find(t models.Target) int {
	return max(slices.IndexFunc(l.rows, func(r row) bool { return r.target == t }), 0)
}
