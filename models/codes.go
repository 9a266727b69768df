package models

import "strings"

// The hub's codes that methodical's own rules branch on. What a code means is
// data in assets; which ones decide is not.
const (
	CodeArgumentInvalid        = "400004"
	CodeRequestCanceled        = "400021"
	CodeRequestTimedOut        = "400024"
	CodeClosedOnNewConnection  = "400027"
	CodeConnectionClosed       = "400029"
	CodeClosedOnFaultInjection = "400030"
	CodeUnauthorizedAccess     = "401002"
	CodeUnauthorized           = "401003"
	CodeHubSuspended           = "403001"
	CodeQuotaExceeded          = "403002"
	CodeNotInTier              = "403010"
	CodeDeviceDisabled         = "403012"
	CodeInflightExceeded       = "403800"
	CodeDeviceNotFound         = "404001"
	CodeModuleNotFound         = "404010"
	CodeFailingOver            = "404012"
	CodeDeviceNotOnline        = "404103"
	CodeConnectionLost         = "404104"
	CodeLinkConflict           = "409002"
	CodeGatewayTimeout         = "504101"
)

// MisprintedCode is how the table of the error-code page of January 2026 prints
// DeviceNotOnline. The page's own heading, every SDK and every answer on record
// say CodeDeviceNotOnline.
const MisprintedCode = "404102"

// methodCodes are the codes that matter to a method call, with the names the
// hub gives them, one to a line.
// Source: learn.microsoft.com, "Understand and resolve Azure IoT Hub errors",
// and ErrorCode.cs of azure-iot-sdk-csharp.
const methodCodes = `
400000 GenericBadRequest
400001 InvalidProtocolVersion
400003 InvalidOperation
400004 ArgumentInvalid
400005 ArgumentNull
400006 IotHubFormatError
400021 RequestCanceled
400024 RequestTimedOut
400027 ConnectionForcefullyClosedOnNewConnection
400029 ConnectionForcefullyClosedOnFaultInjection
400030 ConnectionRejectedOnFaultInjection
401000 GenericUnauthorized
401001 IotHubNotFound
401002 IotHubUnauthorizedAccess
401003 IotHubUnauthorized
403000 GenericForbidden
403001 IotHubSuspended
403002 IotHubQuotaExceeded
403010 OperationNotAvailableInCurrentTier
403011 KeyEncryptionKeyRevoked
403012 DeviceDisabled
403800 DeviceMaximumInflightMethodExceeded
404000 GenericNotFound
404001 DeviceNotFound
404010 ModuleNotFound
404012 IotHubFailingOver
404013 FeatureNotSupported
404103 DeviceNotOnline
404104 DeviceConnectionClosedRemotely
405000 GenericMethodNotAllowed
409002 LinkCreationConflict
412001 PreconditionFailed
413000 GenericRequestEntityTooLarge
413001 MessageTooLarge
415000 GenericUnsupportedMediaType
429000 GenericTooManyRequests
429001 ThrottlingException
429002 ThrottleBacklogLimitExceeded
429003 ThrottlingBacklogTimeout
429004 ThrottlingMaxActiveJobCountExceeded
429005 DeviceThrottlingLimitExceeded
499000 ClientClosedRequest
500001 ServerError
500008 GenericTimeout
502000 GenericBadGateway
503000 GenericServiceUnavailable
503001 ServiceUnavailable
503003 PartitionNotFound
503004 IotHubActivationFailed
503005 ServerBusy
503006 IotHubRestoring
503101 ConnectionUnavailable
503102 DeviceUnavailable
504000 GenericGatewayTimeout
504101 GatewayTimeout
`

// MethodCodes resolves the codes that matter to a method call without any data
// file. The catalogue knows these and all the others.
type MethodCodes struct{}

// Resolve turns a code of six digits or a symbolic name into both, without
// regard to case; the misprinted code resolves to the right one.
func (MethodCodes) Resolve(codeOrName string) (code, name string, ok bool) {
	if codeOrName == MisprintedCode {
		codeOrName = CodeDeviceNotOnline
	}
	for line := range strings.Lines(methodCodes[1:]) {
		code, name, _ = strings.Cut(strings.TrimSpace(line), " ")
		if code == codeOrName || strings.EqualFold(name, codeOrName) {
			return code, name, true
		}
	}
	return "", "", false
}

// All lists every code and its name, in ascending order.
func (MethodCodes) All() (codes, names []string) {
	for line := range strings.Lines(methodCodes[1:]) {
		code, name, _ := strings.Cut(strings.TrimSpace(line), " ")
		codes, names = append(codes, code), append(names, name)
	}
	return codes, names
}
