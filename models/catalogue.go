package models

import (
	"net/url"
	"strings"
)

// The types below are what the data files of the catalogue hold. Every fact in
// them names its source and the day it was checked.

// CodeEntry is one of the hub's codes. Codes that cannot meet a method call
// have a name and a short meaning only.
type CodeEntry struct {
	Code        string   `yaml:"code"` // six digits
	Name        string   `yaml:"name"` // as the hub spells it
	Misprints   []string `yaml:"misprints"`
	Short       string   `yaml:"short"`   // one line
	Meaning     string   `yaml:"meaning"` // what it says of a direct method
	Causes      []string `yaml:"causes"`  // in words, likeliest first
	CauseIDs    []string `yaml:"causeIds"`
	Fix         []string `yaml:"fix"` // steps, in order
	Retry       Retry    `yaml:"retry"`
	Links       []string `yaml:"links"`       // ids of documents
	Texts       []string `yaml:"texts"`       // the hub's own sentences for it
	Unconfirmed []string `yaml:"unconfirmed"` // what the sources leave open
	Sources     []string `yaml:"sources"`
	Checked     string   `yaml:"checked"` // the day the sources were read, YYYY-MM-DD
}

// HTTPStatus is the HTTP status a code travels with: its first three digits.
func (c CodeEntry) HTTPStatus() int {
	n := 0
	for i := range min(3, len(c.Code)) {
		n = n*10 + int(c.Code[i]-'0')
	}
	return n
}

// Retry says whether to send the same call again.
type Retry struct {
	Safe RetrySafety `yaml:"safe"`
	Why  string      `yaml:"why"`
}

// RetrySafety is the short answer to whether to send the same call again.
type RetrySafety string

// The answers: never as it stands, under the condition named, or yes.
const (
	RetryNo          RetrySafety = "no"
	RetryConditional RetrySafety = "conditional"
	RetryYes         RetrySafety = "yes"
)

// Limits is what a hub allows: by tier, and the same for every tier.
type Limits struct {
	Sources   []Source         `yaml:"sources"`
	Checked   string           `yaml:"checked"`
	Tiers     []Tier           `yaml:"tiers"`
	Timeouts  TimeoutRanges    `yaml:"timeouts"`
	Payload   PayloadLimits    `yaml:"payload"`
	MQTT      MQTTLimits       `yaml:"mqtt"`
	Hub       HubLimits        `yaml:"hub"`
	Behaviour []string         `yaml:"behaviour"` // how limits make themselves felt, in words
	Unsure    []UnsureFact     `yaml:"unconfirmed"`
	Clients   []ClientTimeouts `yaml:"clients"`
}

// Source is where a fact was read.
type Source struct {
	Title string `yaml:"title"`
	URL   string `yaml:"url"`
}

// UnsureFact is a fact the sources leave open, with the value that is assumed
// until somebody knows better; Assumed may be empty.
type UnsureFact struct {
	Fact    string `yaml:"fact"`
	Assumed string `yaml:"assumed"`
}

// Tier is one edition of a hub. Rates are those of the hub's throttles.
type Tier struct {
	SKU                  string  `yaml:"sku"`  // F1, B1 to B3, S1 to S3
	Name                 string  `yaml:"name"` // Free, Basic or Standard
	DirectMethods        bool    `yaml:"directMethods"`
	MaxUnits             int     `yaml:"maxUnits"`
	MethodKBPerSecond    float64 `yaml:"methodKBPerSecond"` // per unit; request payloads only
	DailyMessages        int64   `yaml:"dailyMessages"`     // per unit
	DailyMessageBytes    int     `yaml:"dailyMessageBytes"` // what one message of the daily quota holds
	ConcurrentJobs       int     `yaml:"concurrentJobs"`
	Registry             Rate    `yaml:"registry"`
	Queries              Rate    `yaml:"queries"`
	TwinReads            Rate    `yaml:"twinReads"`
	TwinUpdates          Rate    `yaml:"twinUpdates"`
	JobOperations        Rate    `yaml:"jobOperations"`
	JobDeviceOperations  Rate    `yaml:"jobDeviceOperations"`
	NewDeviceConnections Rate    `yaml:"newDeviceConnections"`
	DeviceToCloudSends   Rate    `yaml:"deviceToCloudSends"`
	CloudToDeviceSends   Rate    `yaml:"cloudToDeviceSends"`
	Configurations       Rate    `yaml:"configurations"`
}

// CallsPerSecond is how many direct methods a hub of that many units carries
// each second, when every payload has the given size: payloads count in steps
// of MeterBytes. It is 0 for a tier without direct methods.
func (t Tier) CallsPerSecond(units, payloadBytes int) float64 {
	if !t.DirectMethods || units < 1 {
		return 0
	}
	step := float64(MeterBytes) / 1024 * float64(MeterUnits(payloadBytes))
	return t.MethodKBPerSecond * float64(units) / step
}

// DailyQuota is how many messages a hub of that many units may spend in a day
// of UTC.
func (t Tier) DailyQuota(units int) int64 { return t.DailyMessages * int64(max(units, 0)) }

// Rate is a throttle: the higher of a floor for the whole hub and a share per
// unit. A tier without the operation has neither.
type Rate struct {
	Floor   float64 `yaml:"floor"`
	PerUnit float64 `yaml:"perUnit"`
	Per     string  `yaml:"per"` // "second" or "minute"
}

// PerSecond is the rate of a hub with that many units, in operations a second.
func (r Rate) PerSecond(units int) float64 {
	v := max(r.Floor, r.PerUnit*float64(units))
	if r.Per == "minute" {
		v /= 60
	}
	return v
}

// IsZero reports whether the tier does not have the operation.
func (r Rate) IsZero() bool { return r.Floor == 0 && r.PerUnit == 0 }

// TimeoutRanges are the service's ranges of a method's two timeouts, in
// seconds.
type TimeoutRanges struct {
	Connect  SecondsRange `yaml:"connect"`
	Response SecondsRange `yaml:"response"`
}

// SecondsRange is an inclusive range with its default.
type SecondsRange struct {
	Min     int `yaml:"min"`
	Max     int `yaml:"max"`
	Default int `yaml:"default"`
}

// PayloadLimits are the sizes that matter to a method's payload, in bytes.
type PayloadLimits struct {
	MaxRequestBytes  int `yaml:"maxRequestBytes"`
	MaxResponseBytes int `yaml:"maxResponseBytes"`
	MeterBytes       int `yaml:"meterBytes"` // the step of the throttle and of the daily quota
}

// MQTTLimits are the hub's limits on a device's MQTT connection.
type MQTTLimits struct {
	Version             string  `yaml:"version"`
	Port                int     `yaml:"port"`
	WebSocketPort       int     `yaml:"webSocketPort"`
	WebSocketPath       string  `yaml:"webSocketPath"`
	MethodFilter        string  `yaml:"methodFilter"`
	MaxSubscriptions    int     `yaml:"maxSubscriptions"`
	MaxQoS              int     `yaml:"maxQoS"`
	MaxKeepAliveSeconds int     `yaml:"maxKeepAliveSeconds"`
	KeepAliveFactor     float64 `yaml:"keepAliveFactor"` // the hub waits this many keep-alives
}

// HubLimits are limits that are the same for every tier.
type HubLimits struct {
	MaxDevices                int `yaml:"maxDevices"` // devices and modules together
	MaxPolicies               int `yaml:"maxPolicies"`
	MaxIPFilterRules          int `yaml:"maxIPFilterRules"`
	JobHistoryDays            int `yaml:"jobHistoryDays"`
	ConnectionStateLagSeconds int `yaml:"connectionStateLagSeconds"` // how long connectionState may be wrong
	ClockSkewSeconds          int `yaml:"clockSkewSeconds"`          // how far a clock may be off before tokens fail
}

// ClientTimeouts is the habit of a client that changes which error its user
// sees. A value of 0 was not found.
type ClientTimeouts struct {
	Client                 string `yaml:"client"`
	ConnectTimeoutSeconds  int    `yaml:"connectTimeoutSeconds"`
	ResponseTimeoutSeconds int    `yaml:"responseTimeoutSeconds"`
	OwnLimitSeconds        int    `yaml:"ownLimitSeconds"` // when the client itself gives up
	Habit                  string `yaml:"habit"`
	Source                 string `yaml:"source"`
}

// Cloud is one of Azure's clouds. What is not known of it is left out, and
// what was inferred is named in Unconfirmed by its key in the file.
type Cloud struct {
	ID                string   `yaml:"id"`
	Name              string   `yaml:"name"`
	Retired           bool     `yaml:"retired"`
	HubSuffixes       []string `yaml:"hubSuffixes"` // with the leading dot
	PrivateLinkSuffix string   `yaml:"privateLinkSuffix"`
	ARM               string   `yaml:"arm"`          // host name
	Portal            string   `yaml:"portal"`       // host name
	Login             string   `yaml:"login"`        // host name
	LogAnalytics      string   `yaml:"logAnalytics"` // host name
	HubScope          string   `yaml:"hubScope"`     // Entra scope of the hub's service API
	Unconfirmed       []string `yaml:"unconfirmed"`
	Note              string   `yaml:"note"`
}

// Sure reports whether a field, by its key in the file, is known and confirmed.
func (c Cloud) Sure(field string) bool {
	for _, u := range c.Unconfirmed {
		if u == field {
			return false
		}
	}
	return true
}

// PortalLinks are templates of the portal's addresses. The places to fill are
// {portal}, {subscription}, {resourceGroup} and {hub}.
type PortalLinks struct {
	Hub     string `yaml:"hub"`     // the hub's overview
	Devices string `yaml:"devices"` // the hub's list of devices
	Hubs    string `yaml:"hubs"`    // all hubs the user can see
}

// Clouds is every cloud and what they share.
type Clouds struct {
	Sources     []Source    `yaml:"sources"`
	Checked     string      `yaml:"checked"`
	Clouds      []Cloud     `yaml:"clouds"`
	Portal      PortalLinks `yaml:"portalLinks"`
	Unconfirmed []string    `yaml:"unconfirmed"`
}

// PortalPlace is what is known of where a hub is. Any part may be missing.
type PortalPlace struct {
	Subscription, ResourceGroup, Hub string
}

// PortalURL is the closest portal page to the hub's devices: their list when
// subscription and resource group are known, else the list of hubs. It is ""
// for a cloud whose portal is not known, or is no more.
func (c Clouds) PortalURL(cloud Cloud, at PortalPlace) string {
	if cloud.Portal == "" || cloud.Retired {
		return ""
	}
	template := c.Portal.Devices
	if at.Subscription == "" || at.ResourceGroup == "" || at.Hub == "" {
		template = c.Portal.Hubs
	}
	return strings.NewReplacer("{portal}", cloud.Portal, "{subscription}", pathSegment(at.Subscription),
		"{resourceGroup}", pathSegment(at.ResourceGroup), "{hub}", pathSegment(at.Hub)).Replace(template)
}

// KnownBadSDK is a client known to lose direct methods, or to give up on them
// too early.
type KnownBadSDK struct {
	ID         string   `yaml:"id"`
	SDK        string   `yaml:"sdk"`      // for people
	Language   string   `yaml:"language"` // of the SDK
	Side       string   `yaml:"side"`     // "device", "service" or "edge"
	Names      []string `yaml:"names"`    // how it names itself to the hub, before the slash
	Transports []string `yaml:"transports"`
	Modules    bool     `yaml:"modulesOnly"` // only module identities are affected
	From       string   `yaml:"from"`        // first bad version; "" means every earlier one
	Through    string   `yaml:"through"`     // last version known to be bad, when the first good one is not known
	FixedIn    string   `yaml:"fixedIn"`     // first good version; with Through empty as well, none is good
	FixedBy    string   `yaml:"fixedBy"`     // the change that fixed it
	Symptom    string   `yaml:"symptom"`
	Fix        string   `yaml:"fix"`
	Cause      string   `yaml:"cause"`      // the cause behind the symptom
	Confidence string   `yaml:"confidence"` // "fixed": by its makers; "reported": by users
	Source     string   `yaml:"source"`
	Checked    string   `yaml:"checked"`
}

// Document is a page worth offering, and where it helps.
type Document struct {
	ID      string   `yaml:"id"`
	Title   string   `yaml:"title"`
	URL     string   `yaml:"url"`
	Why     string   `yaml:"why"`     // one line: what it gives
	Helps   []string `yaml:"helps"`   // connect, try, limits, logs, verdict, codes
	Command string   `yaml:"command"` // a command line that does it, with places to fill in braces
	Checked string   `yaml:"checked"`
}

// Link is the document as a link.
func (d Document) Link() Link { return Link{Title: d.Title, URL: d.URL} }

// pathSegment escapes what may not stand in one part of a path.
func pathSegment(s string) string { return url.PathEscape(s) }
