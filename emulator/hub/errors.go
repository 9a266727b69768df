package hub

import (
	"fmt"
	"time"
)

// Error is a refusal or failure of the hub: a six-digit code whose first three
// digits are the HTTP status.
// Source: learn.microsoft.com, "Azure IoT Hub error codes".
type Error struct {
	Code    int
	Message string
	// Timeout is the wait the hub applied, for info.timeout; nil for none.
	Timeout *time.Duration
}

// Errorf makes an error with a formatted message.
func Errorf(code int, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Status is the HTTP status of the answer.
func (e *Error) Status() int { return e.Code / 1000 }

// Name is the symbolic name of the code, as in the header iothub-errorcode.
func (e *Error) Name() string { return CodeName(e.Code) }

func (e *Error) Error() string { return fmt.Sprintf("%d %s: %s", e.Code, e.Name(), e.Message) }

// The codes the emulator answers with.
const (
	CodeGenericBadRequest  = 400000
	CodeInvalidProtocol    = 400001
	CodeInvalidOperation   = 400003
	CodeArgumentInvalid    = 400004
	CodeFormatError        = 400006
	CodeBulkFailure        = 400013
	CodeReplaced           = 400027
	CodeForciblyClosed     = 400029
	CodeRejectedOnUpgrade  = 400030
	CodeUnauthorizedAccess = 401002
	CodeUnauthorized       = 401003
	CodeHubSuspended       = 403001
	CodeQuotaExceeded      = 403002
	CodeTier               = 403010
	CodeDeviceDisabled     = 403012
	CodeInflight           = 403800
	CodeNotFound           = 404000
	CodeDeviceNotFound     = 404001
	CodeJobNotFound        = 404002
	CodeModuleNotFound     = 404010
	CodeFailingOver        = 404012
	CodeDeviceNotOnline    = 404103
	CodeConnectionClosed   = 404104
	CodeMethodNotAllowed   = 405000
	CodeDeviceExists       = 409001
	CodeLinkConflict       = 409002
	CodeJobExists          = 409104
	CodeModuleExists       = 409301
	CodePreconditionFailed = 412001
	CodeMessageTooLarge    = 413001
	CodeTooManyDevices     = 413002
	CodeThrottled          = 429001
	CodeBacklogFull        = 429002
	CodeBacklogTimeout     = 429003
	CodeTooManyJobs        = 429004
	CodeClientClosed       = 499000
	CodeServerError        = 500001
	CodeInternalTimeout    = 500008
	CodeServiceUnavailable = 503001
	CodeServerBusy         = 503005
	CodeGatewayTimeout     = 504101
)

// CodeName is the symbolic name of a code, or "Generic" with the HTTP family
// for one that is not listed.
func CodeName(code int) string {
	switch code {
	case CodeGenericBadRequest:
		return "GenericBadRequest"
	case CodeInvalidProtocol:
		return "InvalidProtocolVersion"
	case CodeInvalidOperation:
		return "InvalidOperation"
	case CodeArgumentInvalid:
		return "ArgumentInvalid"
	case CodeFormatError:
		return "IotHubFormatError"
	case CodeBulkFailure:
		return "BulkRegistryOperationFailure"
	case CodeReplaced:
		return "ConnectionForcefullyClosedOnNewConnection"
	case CodeForciblyClosed:
		return "ConnectionForcefullyClosedOnFaultInjection"
	case CodeRejectedOnUpgrade:
		return "ConnectionRejectedOnFaultInjection"
	case CodeUnauthorizedAccess:
		return "IotHubUnauthorizedAccess"
	case CodeUnauthorized:
		return "IotHubUnauthorized"
	case CodeHubSuspended:
		return "IotHubSuspended"
	case CodeQuotaExceeded:
		return "IotHubQuotaExceeded"
	case CodeTier:
		return "OperationNotAvailableInCurrentTier"
	case CodeDeviceDisabled:
		return "DeviceDisabled"
	case CodeInflight:
		return "DeviceMaximumInflightMethodExceeded"
	}
	return laterCodeName(code)
}

func laterCodeName(code int) string {
	switch code {
	case CodeNotFound:
		return "GenericNotFound"
	case CodeDeviceNotFound:
		return "DeviceNotFound"
	case CodeJobNotFound:
		return "JobNotFound"
	case CodeModuleNotFound:
		return "ModuleNotFound"
	case CodeFailingOver:
		return "IotHubFailingOver"
	case CodeDeviceNotOnline:
		return "DeviceNotOnline"
	case CodeConnectionClosed:
		return "DeviceConnectionClosedRemotely"
	case CodeMethodNotAllowed:
		return "GenericMethodNotAllowed"
	case CodeDeviceExists:
		return "DeviceAlreadyExists"
	case CodeLinkConflict:
		return "LinkCreationConflict"
	case CodeJobExists:
		return "JobAlreadyExists"
	case CodeModuleExists:
		return "ModuleAlreadyExistsOnDevice"
	case CodePreconditionFailed:
		return "PreconditionFailed"
	case CodeMessageTooLarge:
		return "MessageTooLarge"
	case CodeTooManyDevices:
		return "TooManyDevices"
	case CodeThrottled:
		return "ThrottlingException"
	case CodeBacklogFull:
		return "ThrottleBacklogLimitExceeded"
	case CodeBacklogTimeout:
		return "ThrottlingBacklogTimeout"
	case CodeTooManyJobs:
		return "ThrottlingMaxActiveJobCountExceeded"
	case CodeClientClosed:
		return "ClientClosedRequest"
	case CodeServerError:
		return "ServerError"
	case CodeInternalTimeout:
		return "GenericTimeout"
	case CodeServiceUnavailable:
		return "ServiceUnavailable"
	case CodeServerBusy:
		return "ServerBusy"
	case CodeGatewayTimeout:
		return "GatewayTimeout"
	}
	return genericNames(code / 1000)
}

func genericNames(status int) string {
	switch status {
	case 400:
		return "GenericBadRequest"
	case 401:
		return "GenericUnauthorized"
	case 403:
		return "GenericForbidden"
	case 404:
		return "GenericNotFound"
	case 429:
		return "GenericTooManyRequests"
	case 502:
		return "GenericBadGateway"
	case 503:
		return "GenericServiceUnavailable"
	case 504:
		return "GenericGatewayTimeout"
	default:
		return "ServerError"
	}
}
