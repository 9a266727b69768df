package walktest

import (
	"fmt"
	"sync"
	"testing/fstest"

	"methodical/checks"
)

// Know is a small catalogue with words of its own, so that golden files do not
// change with the data of the program. It has no causes.
func Know() *checks.Knowledge { return know() }

var know = sync.OnceValue(func() *checks.Knowledge {
	files := fstest.MapFS{
		"errors/codes.yaml":   {Data: []byte(codes)},
		"limits/limits.yaml":  {Data: []byte(limits)},
		"clouds/clouds.yaml":  {Data: []byte(clouds)},
		"sdks/known-bad.yaml": {Data: []byte("[]\n")},
		"docs/docs.yaml":      {Data: []byte(docs)},
	}
	catalogue, err := checks.LoadCatalogue(files)
	if err == nil {
		err = catalogue.Verify()
	}
	if err != nil {
		panic(fmt.Sprintf("the catalogue of the tests cannot be read: %v", err))
	}
	return &checks.Knowledge{Catalogue: catalogue}
})

const codes = `
- code: "404103"
  name: DeviceNotOnline
  short: Nobody was listening for direct methods on the device.
  meaning: The device is not reachable during the timeout period, or it is online without having registered for direct methods.
  causes:
    - The device is off, asleep or without network.
    - It is online and lost its subscription for direct methods.
  fix:
    - Look at the device's last activity. If that is old, get the device online.
    - If it was active seconds ago, restart its client.
  retry: {safe: conditional, why: "safe when it came at once."}
- code: "504101"
  name: GatewayTimeout
  short: The device took the call and did not answer in time.
  meaning: The device is online, but did not respond during the timeout period.
  causes:
    - The handler takes longer than the response timeout.
    - The handler never answers.
  fix:
    - Call again with a longer response timeout, if the method may run twice.
  retry: {safe: "no", why: "the method may have run."}
`

const clouds = `
portalLinks: {hubs: "https://{portal}/hubs", devices: "https://{portal}/{subscription}/{hub}"}
clouds:
  - {id: public, name: Azure, hubSuffixes: [.azure-devices.net], portal: portal.example}
`

const docs = `
- id: method-timeout
  title: Configure direct method timeout (default is 30 seconds)
  url: https://learn.example/timeouts
  helps: [try]
- id: direct-methods
  title: Understand and invoke direct methods
  url: https://learn.example/methods
  helps: [try]
- id: logs-on
  title: Turn DirectMethods logs on
  url: https://learn.example/logs
  helps: [logs]
  command: az monitor diagnostic-settings create --name direct-methods --resource {hub} --workspace {workspace} --logs '[{"category":"DirectMethods","enabled":true}]'
`

const limits = `
checked: 2026-11-22
tiers:
  - {sku: F1, name: Free, directMethods: true, maxUnits: 1, methodKBPerSecond: 160, dailyMessages: 8000, dailyMessageBytes: 512}
  - {sku: B1, name: Basic, directMethods: false, maxUnits: 200, dailyMessages: 400000, dailyMessageBytes: 4096}
  - sku: S1
    name: Standard
    directMethods: true
    maxUnits: 200
    methodKBPerSecond: 160
    dailyMessages: 400000
    dailyMessageBytes: 4096
    concurrentJobs: 1
    registry: {perUnit: 100, per: minute}
    queries: {perUnit: 20, per: minute}
    twinReads: {floor: 100, per: second}
    jobDeviceOperations: {floor: 10, per: second}
  - {sku: S3, name: Standard, directMethods: true, maxUnits: 10, methodKBPerSecond: 24576, dailyMessages: 300000000, dailyMessageBytes: 4096}
payload: {maxRequestBytes: 131072, maxResponseBytes: 131072, meterBytes: 4096}
behaviour:
  - Over the limit a hub first gets slow, because it queues the calls. 429 comes later.
`
