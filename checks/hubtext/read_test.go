package hubtext_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf16"

	"methodical/checks/hubtext"
	"methodical/models"
)

// The bodies below were quoted by users of the real service; the thread is
// named beside each.
const (
	// iotedge issue 98, 2018: connect timeout 0.
	offline2018 = `{"Message":"{\"errorCode\":404103,\"trackingId\":\"2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33\",\"message\":\"Timed out waiting for device to connect.\",\"info\":{\"timeout\":\"00:00:00\"},\"timestampUtc\":\"2018-08-24T17:49:33.201157Z\"}","ExceptionMessage":""}`
	// azure-iot-sdk-csharp issue 3442, 2024: today's wording.
	offline2024 = `{"Message":"{\"errorCode\":404103,\"trackingId\":\"aa761f96e9174d0e849c96a8b2e10a8c-TimeStamp:03/14/2024 09:54:49\",\"message\":\"The operation failed because the requested device isn't online or hasn't registered the direct method callback. To learn more, see https://aka.ms/iothub404103\",\"info\":{\"timeout\":\"00:00:00\"},\"timestampUtc\":\"2024-03-14T09:54:49.6536567Z\"}","ExceptionMessage":""}`
	// azure-iot-sdk-csharp issue 37, 2017: the legacy form in its HTTP frame.
	legacyFrame = "HTTP/1.1 404 Not Found\r\nContent-Length: 180\r\nContent-Type: application/json; charset=utf-8\r\nServer: Microsoft-HTTPAPI/2.0\r\niothub-errorcode: DeviceNotOnline\r\nDate: Wed, 18 Jan 2017 08:11:45 GMT\r\n\r\n" + legacyBody
	legacyBody  = `{"Message":"ErrorCode:DeviceNotOnline;Timed out waiting for device to connect.","ExceptionMessage":"Tracking ID:66b8d59066b24105a49bffcbde18495d-G:5-TimeStamp:01/18/2017 08:11:45"}`
	// azure-iot-sdk-c issue 717, 2019: three layers, from the portal; the mark
	// of the gateway comes twice.
	portal = `{"message":"{\"Message\":\"{\\\"errorCode\\\":504101,\\\"trackingId\\\":\\\"40a7dd98fc2d4836b1c045996665b23d-G:9-TimeStamp:12/03/2019 15:00:09-G:11-TimeStamp:12/03/2019 15:00:09\\\",\\\"message\\\":\\\"Timed out waiting for the response from device.\\\",\\\"info\\\":{},\\\"timestampUtc\\\":\\\"2019-12-03T15:00:09.0082523Z\\\"}\",\"ExceptionMessage\":\"\"}"}`
	// azure-iot-arduino-protocol-mqtt issue 15: masked by its author.
	masked = `{"Message":"{\"errorCode\":504101,\"trackingId\":\"***\",\"message\":\"Timed out waiting for the response from device.\",\"info\":{\"timeout\":\"00:00:30\"},\"timestampUtc\":\"***\"}","ExceptionMessage":""}`
	// azure-iot-sdk-csharp issue 724.
	range724 = `{"Message":"{\"errorCode\":400004,\"trackingId\":\"ca2359224b794d2db52baeb75c648bdd-G:14-TimeStamp:12/04/2018 12:33:53\",\"message\":\"responseTimeoutInSeconds must be within [5; 300].\",\"timestampUtc\":\"2018-12-04T12:33:53.2091489Z\"}","ExceptionMessage":""}`
	// azure-iot-sdk-csharp issue 1086.
	noName = `{"Message":"{\"errorCode\":400004,\"trackingId\":\"75ba4e76e11a46e3b68bf4de8faa8b00-G:16-TimeStamp:10/18/2019 09:13:54\",\"message\":\"methodName is null or empty.\",\"timestampUtc\":\"2019-10-18T09:13:54.7546319Z\"}","ExceptionMessage":""}`
	// azure-docs issue 44709.
	secondClient = `{"Message":"{\"errorCode\":400027,\"trackingId\":\"1023a7f1b46f4fa2bd0ba140efe19ab2-G:44-TimeStamp:12/12/2019 17:17:41\",\"message\":\"BadRequest\",\"info\":{},\"timestampUtc\":\"2019-12-12T17:17:41.9662459Z\"}","ExceptionMessage":""}`
	// azure-docs issue 14123.
	unauthorized = `{"Message":"{\"errorCode\":401002,\"trackingId\":\"84f2a56e7ab248f899af0a413f7b1a59-G:6-TimeStamp:08/28/2018 15:34:17\",\"message\":\"Unauthorized\",\"timestampUtc\":\"2018-08-28T15:34:17.5432324Z\"}","ExceptionMessage":""}`
	// azure-iot-sdk-python issue 577: a shorter tracking id.
	shortID = `{"Message":"{\"errorCode\":401002,\"trackingId\":\"01d7d277a5e34c56a87-G:3-TimeStamp:06/03/2020 14:57:14\",\"message\":\"Unauthorized\",\"timestampUtc\":\"2020-06-03T14:57:14.1051442Z\"}","ExceptionMessage":""}`
	// azure-iot-sdk-csharp issue 3344.
	noRole = `{"Message":"ErrorCode:IotHubUnauthorized;Principal <edited>@<edited>.com is not authorized for GET on /twins/John due to no assigned permissions","ExceptionMessage":"Tracking ID:abc:0-TimeStamp:06/26/2023 07:44:12"}`
	// azure-sdk-for-net issue 21453.
	noRoleQuery = `{"Message":"ErrorCode:IotHubUnauthorized;Principal live.com#{MY EMAIL ADDRESS HERE} is not authorized for POST on /devices/query due to no assigned permissions","ExceptionMessage":"Tracking ID:aa676e936038496cb8eecab2147cc73f-G:10-TimeStamp:06/10/2021 13:41:24"}`
	// azure-iot-sdks issue 711.
	exists = `{"Message":"ErrorCode:DeviceAlreadyExists;Conflict","ExceptionMessage":"Tracking ID:e4cb4b6c18f4462fbe2c1a2d02d7dbe4-G:11-TimeStamp:07/16/2016 00:12:41"}`
	// azure-iot-sdk-csharp issue 883: the router's answer to an empty module id.
	routing = `{"Message":"The requested resource does not support http method 'POST'."}`
	// azure-iot-cli-extension issue 54: Python's repr of the body.
	azRepr = `{'Message': '{"errorCode":404103,"trackingId":"dde6cb7b025443d0a26e370e517d43db-G:11-TimeStamp:11/07/2018 09:22:57","message":"Timed out waiting for device to connect.","info":{"timeout":"00:01:00"},"timestampUtc":"2018-11-07T09:22:57.6054134Z"}', 'ExceptionMessage': ''}`
	// azure-iot-sdk-csharp issue 122: a debugger's view of the exception.
	debugger = `{"Device {\"Message\":\"{\\\"errorCode\\\":404103,\\\"trackingId\\\":\\\"92db2a129fd941338e0ecdd2a7e00e60-G:3-TimeStamp:06/16/2017 14:12:27\\\",\\\"message\\\":\\\"Timed out waiting for device to connect.\\\",\\\"info\\\":{\\\"timeout\\\":\\\"00:01:00\\\"},\\\"timestampUtc\\\":\\\"2017-06-16T14:12:27.9626139Z\\\"}\",\"ExceptionMessage\":\"\"} not registered"}	System.Exception {}`
	// The new gateway's form (azure-iot-sdk-csharp issue 3487 tells its shape).
	newGateway = `{"errorCode":404103,"message":"The operation failed because the requested device isn't online or hasn't registered the direct method callback.","trackingId":"DCA20B75398E4D1F90DB81B5E407C2F3-G2:-TimeStamp:2025-07-01T12:59:54.653313718Z","timestampUtc":"2025-07-01T12:59:54.653313718Z","info":null}`
	// The Java SDK's own test, completed to a whole object.
	unknownDevice = `{"errorCode":404001,"trackingId":"191306c3cfda487ebe0988aa7663fb0f-TimeStamp:05/21/2020 20:14:49","message":"thisDeviceDoesNotExistObviously","timestampUtc":"2020-05-21T20:14:49.1234567Z"}`
	// The documented log record, with the fields of its error form.
	logRow = `{"time":"2026-01-06T10:00:00Z","resourceId":"/SUBSCRIPTIONS/S/RESOURCEGROUPS/R/PROVIDERS/MICROSOFT.DEVICES/IOTHUBS/H","operationName":"send","category":"DirectMethods","level":"Error","resultType":"404103","resultDescription":"DeviceNotOnline","durationMs":"12","properties":"{\"deviceId\":\"dev-1\",\"RequestSize\":34,\"ResponseSize\":0,\"sdkVersion\":\"2021-04-12\"}","location":"westeurope"}`
)

func at(s string) time.Time {
	t, err := time.Parse(time.RFC3339Nano, s)
	if err != nil {
		panic(err)
	}
	return t
}

type reading struct {
	code, name, message, id, wait string
	time                          string
	status                        int
	unread                        bool
}

// shapes pairs every shape with what must be read from it.
var shapes = []struct {
	name string
	text string
	want reading
}{
	{"form B", offline2018, reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "00:00:00", "2018-08-24T17:49:33.201157Z", 0, false}},
	{"form B today", offline2024, reading{"404103", "DeviceNotOnline", "The operation failed because the requested device isn't online or hasn't registered the direct method callback. To learn more, see https://aka.ms/iothub404103", "aa761f96e9174d0e849c96a8b2e10a8c-TimeStamp:03/14/2024 09:54:49", "00:00:00", "2024-03-14T09:54:49.6536567Z", 0, false}},
	{"form A", legacyBody, reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "66b8d59066b24105a49bffcbde18495d-G:5-TimeStamp:01/18/2017 08:11:45", "", "2017-01-18T08:11:45Z", 0, false}},
	{"form A in an HTTP frame", legacyFrame, reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "66b8d59066b24105a49bffcbde18495d-G:5-TimeStamp:01/18/2017 08:11:45", "", "2017-01-18T08:11:45Z", 404, false}},
	{"curl -v", "* Connected\n> POST /twins/x/methods HTTP/1.1\n> \n< HTTP/1.1 404 Not Found\n< iothub-errorcode: DeviceNotOnline\n< \n" + offline2018, reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "00:00:00", "2018-08-24T17:49:33.201157Z", 404, false}},
	{"headers and no body", "HTTP/1.1 401 Unauthorized\nContent-Length: 161\niothub-errorcode: IotHubUnauthorizedAccess\n\n", reading{"401002", "IotHubUnauthorizedAccess", "", "", "", "", 401, false}},
	{"form D", portal, reading{"504101", "GatewayTimeout", "Timed out waiting for the response from device.", "40a7dd98fc2d4836b1c045996665b23d-G:9-TimeStamp:12/03/2019 15:00:09-G:11-TimeStamp:12/03/2019 15:00:09", "", "2019-12-03T15:00:09.0082523Z", 0, false}},
	{"form D with words", "Failed to invoke device method: " + portal, reading{"504101", "GatewayTimeout", "Timed out waiting for the response from device.", "40a7dd98fc2d4836b1c045996665b23d-G:9-TimeStamp:12/03/2019 15:00:09-G:11-TimeStamp:12/03/2019 15:00:09", "", "2019-12-03T15:00:09.0082523Z", 0, false}},
	{"masked", masked, reading{"504101", "GatewayTimeout", "Timed out waiting for the response from device.", "***", "00:00:30", "", 0, false}},
	{"range", range724, reading{"400004", "ArgumentInvalid", "responseTimeoutInSeconds must be within [5; 300].", "ca2359224b794d2db52baeb75c648bdd-G:14-TimeStamp:12/04/2018 12:33:53", "", "2018-12-04T12:33:53.2091489Z", 0, false}},
	{"no method name", noName, reading{"400004", "ArgumentInvalid", "methodName is null or empty.", "75ba4e76e11a46e3b68bf4de8faa8b00-G:16-TimeStamp:10/18/2019 09:13:54", "", "2019-10-18T09:13:54.7546319Z", 0, false}},
	{"second client", secondClient, reading{"400027", "ConnectionForcefullyClosedOnNewConnection", "BadRequest", "1023a7f1b46f4fa2bd0ba140efe19ab2-G:44-TimeStamp:12/12/2019 17:17:41", "", "2019-12-12T17:17:41.9662459Z", 0, false}},
	{"unauthorized", unauthorized, reading{"401002", "IotHubUnauthorizedAccess", "Unauthorized", "84f2a56e7ab248f899af0a413f7b1a59-G:6-TimeStamp:08/28/2018 15:34:17", "", "2018-08-28T15:34:17.5432324Z", 0, false}},
	{"short tracking id", shortID, reading{"401002", "IotHubUnauthorizedAccess", "Unauthorized", "01d7d277a5e34c56a87-G:3-TimeStamp:06/03/2020 14:57:14", "", "2020-06-03T14:57:14.1051442Z", 0, false}},
	{"no role", noRole, reading{"401003", "IotHubUnauthorized", "Principal <edited>@<edited>.com is not authorized for GET on /twins/John due to no assigned permissions", "abc:0-TimeStamp:06/26/2023 07:44:12", "", "2023-06-26T07:44:12Z", 0, false}},
	{"braces in a sentence", noRoleQuery, reading{"401003", "IotHubUnauthorized", "Principal live.com#{MY EMAIL ADDRESS HERE} is not authorized for POST on /devices/query due to no assigned permissions", "aa676e936038496cb8eecab2147cc73f-G:10-TimeStamp:06/10/2021 13:41:24", "", "2021-06-10T13:41:24Z", 0, false}},
	{"name outside the method codes", exists, reading{"", "DeviceAlreadyExists", "Conflict", "e4cb4b6c18f4462fbe2c1a2d02d7dbe4-G:11-TimeStamp:07/16/2016 00:12:41", "", "2016-07-16T00:12:41Z", 0, false}},
	{"form E", routing, reading{"", "", "The requested resource does not support http method 'POST'.", "", "", "", 0, false}},
	{"form F", newGateway, reading{"404103", "DeviceNotOnline", "The operation failed because the requested device isn't online or hasn't registered the direct method callback.", "DCA20B75398E4D1F90DB81B5E407C2F3-G2:-TimeStamp:2025-07-01T12:59:54.653313718Z", "", "2025-07-01T12:59:54.653313718Z", 0, false}},
	{"form C", unknownDevice, reading{"404001", "DeviceNotFound", "thisDeviceDoesNotExistObviously", "191306c3cfda487ebe0988aa7663fb0f-TimeStamp:05/21/2020 20:14:49", "", "2020-05-21T20:14:49.1234567Z", 0, false}},
	{"AMQP description", "amqp:not-found: " + unknownDevice, reading{"404001", "DeviceNotFound", "thisDeviceDoesNotExistObviously", "191306c3cfda487ebe0988aa7663fb0f-TimeStamp:05/21/2020 20:14:49", "", "2020-05-21T20:14:49.1234567Z", 0, false}},
	{"AMQP error object", `{"condition":"amqp:not-found","description":` + quote(unknownDevice) + `}`, reading{"404001", "DeviceNotFound", "thisDeviceDoesNotExistObviously", "191306c3cfda487ebe0988aa7663fb0f-TimeStamp:05/21/2020 20:14:49", "", "2020-05-21T20:14:49.1234567Z", 0, false}},
	{"hybrid", `{"Message":"ErrorCode:DeviceNotOnline;{\"errorCode\":404103,\"message\":\"Timed out.\"}","ExceptionMessage":""}`, reading{"404103", "DeviceNotOnline", "Timed out.", "", "", "", 0, false}},
	{"az CLI", azRepr, reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "dde6cb7b025443d0a26e370e517d43db-G:11-TimeStamp:11/07/2018 09:22:57", "00:01:00", "2018-11-07T09:22:57.6054134Z", 0, false}},
	{"az CLI error line", "ERROR: " + azRepr, reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "dde6cb7b025443d0a26e370e517d43db-G:11-TimeStamp:11/07/2018 09:22:57", "00:01:00", "2018-11-07T09:22:57.6054134Z", 0, false}},
	{"Python bytes", `b'{"Message":"{\\"errorCode\\":504101,\\"message\\":\\"Timed out \xe2\x80\x93 waiting.\\"}","ExceptionMessage":""}'`, reading{"504101", "GatewayTimeout", "Timed out – waiting.", "", "", "", 0, false}},
	{"Python str escapes", `{'Message': '{"errorCode":404001,"message":"caf\xe9"}'}`, reading{"404001", "DeviceNotFound", "café", "", "", "", 0, false}},
	{"C# exception", "Microsoft.Azure.Devices.Common.Exceptions.DeviceNotFoundException: Device " + offline2018 + " not registered\r\n   at Microsoft.Azure.Devices.HttpClientHelper.ExecuteAsync(HttpClient c)\r\n   at System.Foo.Bar()", reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "00:00:00", "2018-08-24T17:49:33.201157Z", 0, false}},
	{"C# in a debugger", debugger, reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "92db2a129fd941338e0ecdd2a7e00e60-G:3-TimeStamp:06/16/2017 14:12:27", "00:01:00", "2017-06-16T14:12:27.9626139Z", 0, false}},
	{"Java exception", "com.microsoft.azure.sdk.iot.service.exceptions.IotHubNotFoundException: ErrorCode:DeviceNotOnline;Timed out waiting for device to connect.\n\tat com.microsoft.azure.sdk.Foo.bar(Foo.java:12)", reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "", "", "", 0, false}},
	{"Node exception", "Error: Not found\n    at translateError (/app/node_modules/azure-iothub/dist/service.js:1:2) {\n  response: IncomingMessage { statusCode: 404 },\n  responseBody: '" + strings.ReplaceAll(offline2018, `\`, `\\`) + "'\n}", reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "00:00:00", "2018-08-24T17:49:33.201157Z", 404, false}},
	{"amenzhinsky", `code = 404, body = ` + quote(offline2018), reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "00:00:00", "2018-08-24T17:49:33.201157Z", 404, false}},
	{"Python msrest", "msrest.exceptions.HttpOperationError: Operation returned an invalid status code 'Not Found'", reading{"", "", "", "", "", "", 404, false}},
	{"Q&A text", "Throttling backlog element expired Tracking Id:DCA20B75398E4D1F90DB81B5E407C2F3-G2:-TimeStamp:2024-07-09T12:59:01.180213643Z", reading{"", "", "", "DCA20B75398E4D1F90DB81B5E407C2F3-G2:-TimeStamp:2024-07-09T12:59:01.180213643Z", "", "2024-07-09T12:59:01.180213643Z", 0, true}},
	{"log row", logRow, reading{"404103", "DeviceNotOnline", "", "", "", "2026-01-06T10:00:00Z", 0, false}},
	{"log rows", `{"records":[` + logRow + `,` + logRow + `]}`, reading{"404103", "DeviceNotOnline", "", "", "", "2026-01-06T10:00:00Z", 0, true}},
	{"log row with a name", `{"category":"DirectMethods","operationName":"send","resultType":"GatewayTimeout"}`, reading{"504101", "GatewayTimeout", "", "", "", "", 0, false}},
	{"log table", "TimeGenerated [UTC],Category,OperationName,ResultType,ResultDescription,properties_s\n2026-01-06T10:00:00Z,DirectMethods,send,404103,DeviceNotOnline,\"{\"\"deviceId\"\":\"\"dev-1\"\"}\"\n", reading{"404103", "DeviceNotOnline", "", "", "", "2026-01-06T10:00:00Z", 0, false}},
	{"log table's row", "2026-01-06T10:00:00Z,DirectMethods,send,404103,DeviceNotOnline,\"{\"\"deviceId\"\":\"\"dev-1\"\"}\"", reading{"404103", "DeviceNotOnline", "", "", "", "2026-01-06T10:00:00Z", 0, false}},
	{"only a code", "404103", reading{"404103", "DeviceNotOnline", "", "", "", "", 0, false}},
	{"code in words", "error 504101!", reading{"504101", "GatewayTimeout", "", "", "", "", 0, false}},
	{"only a name", " devicenotonline\n", reading{"404103", "DeviceNotOnline", "", "", "", "", 0, false}},
	{"code and name", "404103 DeviceNotOnline", reading{"404103", "DeviceNotOnline", "", "", "", "", 0, false}},
	{"the documents' anchor", "https://learn.microsoft.com/azure/iot-hub/troubleshoot-error-codes#404103-devicenotonline-error", reading{"404103", "DeviceNotOnline", "", "", "", "", 0, true}},
	{"misprint", "404102", reading{"404103", "DeviceNotOnline", "", "", "", "", 0, false}},
	{"unknown code", "404999", reading{"404999", "", "", "", "", "", 0, false}},
	{"cut off", offline2018[:150], reading{"404103", "DeviceNotOnline", "Timed out wait", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "", "2018-08-24T17:49:33Z", 0, false}},
	{"escaped, from the middle", offline2018[12:], reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "00:00:00", "2018-08-24T17:49:33.201157Z", 0, false}},
	{"HTML entities", strings.ReplaceAll(offline2018, `"`, "&quot;"), reading{"404103", "DeviceNotOnline", "Timed out waiting for device to connect.", "2ce04a2d881c4010aaf5f6cfacd2ee95-G:0-TimeStamp:08/24/2018 17:49:33", "00:00:00", "2018-08-24T17:49:33.201157Z", 0, false}},
	{"info missing", `{"errorCode":404103,"message":"x"}`, reading{"404103", "DeviceNotOnline", "x", "", "", "", 0, false}},
	{"code as text", `{"ErrorCode":"404103","Message":"x"}`, reading{"404103", "DeviceNotOnline", "x", "", "", "", 0, false}},
	{"something beside it", `{"errorCode":404103,"message":"x","advice":"reboot"}`, reading{"404103", "DeviceNotOnline", "x", "", "", "", 0, true}},
	{"edge hub", `{"message":"Client dev/mod not found"}`, reading{"", "", "Client dev/mod not found", "", "", "", 0, false}},
	{"ARM", `{"error":{"code":"AuthorizationFailed","message":"The client does not have authorization."}}`, reading{"", "AuthorizationFailed", "The client does not have authorization.", "", "", "", 0, false}},
	{"Java sentence", "com.microsoft.azure.sdk.iot.service.exceptions.IotHubGatewayTimeoutException: ErrorCode: 504101, Message: Timed out waiting for the response from device., TrackingId: 40a7dd98-G:9-TimeStamp:12/03/2019 15:00:09", reading{"504101", "GatewayTimeout", "Timed out waiting for the response from device.", "40a7dd98-G:9-TimeStamp:12/03/2019 15:00:09", "", "2019-12-03T15:00:09Z", 0, false}},
	{"name spelled apart", "Device not online", reading{"404103", "DeviceNotOnline", "", "", "", "", 0, false}},
	{"two codes", "404001, 404103", reading{"404001", "DeviceNotFound", "", "", "", "", 0, true}},
	{"nothing", "", reading{}},
	{"prose", "the pump is broken", reading{unread: true}},
	{"a bare word", "valve", reading{unread: true}},
	{"six digits of something else", "order 412345 shipped", reading{unread: true}},
}

func quote(s string) string { return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"` }

func TestReadShapes(t *testing.T) {
	for _, tt := range shapes {
		t.Run(tt.name, func(t *testing.T) {
			got := hubtext.Read([]byte(tt.text), models.MethodCodes{})
			e := got.Error
			if e.Code != tt.want.code || e.Name != tt.want.name {
				t.Errorf("code and name: got %q %q, want %q %q", e.Code, e.Name, tt.want.code, tt.want.name)
			}
			if e.Message != tt.want.message && !(tt.name == "cut off" && strings.HasPrefix(e.Message, tt.want.message)) {
				t.Errorf("message: got %q, want %q", e.Message, tt.want.message)
			}
			var ids []string
			if tt.want.id != "" {
				ids = []string{tt.want.id}
			}
			if !slices.Equal(e.TrackingIDs, ids) {
				t.Errorf("tracking ids: got %q, want %q", e.TrackingIDs, ids)
			}
			if e.Timeout != tt.want.wait {
				t.Errorf("timeout: got %q, want %q", e.Timeout, tt.want.wait)
			}
			var when time.Time
			if tt.want.time != "" {
				when = at(tt.want.time)
			}
			if !e.Time.Equal(when) {
				t.Errorf("time: got %v, want %v", e.Time, when)
			}
			if got.HTTPStatus != tt.want.status {
				t.Errorf("HTTP status: got %d, want %d", got.HTTPStatus, tt.want.status)
			}
			if (e.Unread != "") != tt.want.unread {
				t.Errorf("unread: got %q, want any: %v", e.Unread, tt.want.unread)
			}
		})
	}
}

func TestReadTellsLogRows(t *testing.T) {
	got := hubtext.Read([]byte(logRow), models.MethodCodes{})
	if got.Category != "DirectMethods" || got.Operation != "send" || got.DeviceID != "dev-1" {
		t.Errorf("got category %q, operation %q, device %q", got.Category, got.Operation, got.DeviceID)
	}
}

func TestReadNotesTheMisprint(t *testing.T) {
	if got := hubtext.Read([]byte("404102"), models.MethodCodes{}).Misprint; got != "404102" {
		t.Errorf("misprint: got %q", got)
	}
	if got := hubtext.Read([]byte("404103"), models.MethodCodes{}).Misprint; got != "" {
		t.Errorf("no misprint: got %q", got)
	}
}

func TestReadKeepsTheHeader(t *testing.T) {
	// The header and the body's code may disagree; both are kept.
	text := "HTTP/1.1 404 Not Found\niothub-errorcode: DeviceNotFound\n\n" + offline2018
	got := hubtext.Read([]byte(text), models.MethodCodes{})
	if got.Header != "DeviceNotFound" || got.Error.Code != "404103" {
		t.Errorf("got header %q, code %q", got.Header, got.Error.Code)
	}
}

func TestReadDeviceAnswer(t *testing.T) {
	got := hubtext.Read([]byte(`{"status":501,"payload":{"errorCode":404103}}`), models.MethodCodes{})
	if got.DeviceStatus == nil || *got.DeviceStatus != 501 || got.Error.Code != "" {
		t.Errorf("got %+v", got)
	}
	broken := hubtext.Read([]byte(`{"status":200,"payload":}`), models.MethodCodes{})
	if broken.DeviceStatus == nil || *broken.DeviceStatus != 200 {
		t.Errorf("broken answer: got %+v", broken)
	}
}

func TestReadUTF16(t *testing.T) {
	for _, big := range []bool{false, true} {
		var b []byte
		for _, u := range append([]uint16{0xFEFF}, utf16.Encode([]rune(offline2024))...) {
			if big {
				b = append(b, byte(u>>8), byte(u))
			} else {
				b = append(b, byte(u), byte(u>>8))
			}
		}
		if got := hubtext.Read(b, models.MethodCodes{}); got.Error.Code != "404103" {
			t.Errorf("big endian %v: got %+v", big, got)
		}
	}
}

func TestReadWithoutNames(t *testing.T) {
	got := hubtext.Read([]byte(offline2018), nil)
	if got.Error.Code != "404103" || got.Error.Name != "" {
		t.Errorf("got %q %q", got.Error.Code, got.Error.Name)
	}
	if got := hubtext.Read([]byte("404102"), nil); got.Error.Code != "404102" {
		t.Errorf("a lone code: got %q", got.Error.Code)
	}
}

// wrap puts a body into another JSON string, as each tool on the way may.
func wrap(s string, times int) string {
	for range times {
		s = `{"message":` + quote(s) + `}`
	}
	return s
}

func TestReadUnwrapsManyLayers(t *testing.T) {
	for layers := range 7 {
		if got := hubtext.Read([]byte(wrap(offline2018, layers)), models.MethodCodes{}); got.Error.Code != "404103" {
			t.Errorf("%d layers: got %+v", layers, got.Error)
		}
	}
}
