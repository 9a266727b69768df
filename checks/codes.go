package checks

// The codes each check may emit. The closed-world test holds the lists to the
// constants and to the words in assets.

// callCodes are the codes of the findings about calls to the target.
var callCodes = []string{
	dmNotTried, dmAnswered, dmProbeAnswered, dmProbeSilent, dmRefusedAtOnce, dmRefusedAfterWait,
	dmRefusedLate, dmSilent, dmDeviceNotFound, dmModuleNotFound, dmCallDisabled, dmNoSuchMethod,
	dmDeviceRefused, dmGatewayMasked, dmEmptyFailure, dmBadAnswer, dmTimeoutRange, dmRequestInvalid,
	dmTooLarge, dmKickedOut, dmDroppedDuring, dmInflight, dmThrottled, dmQuotaRefused, dmTierRefused,
	dmHubSuspended, dmServiceFault, dmDeviceUnavailable, dmUnauthorized, dmUnnamedRefusal,
	dmKeyRevoked, dmConnectHelped, dmConnectNoHelp, dmResponseHelped, dmResponseNoHelp,
	dmOtherMethodAnswered, dmPayloadMattered, dmPayloadIrrelevant, dmSizeMattered, dmRefusedEarlier,
	dmSilentEarlier, dmHubFailedEarlier, dmAlternates, dmSeveralSilent, dmNearlyLate, dmNameCase,
	dmSometimesNoMethod, dmDeviceErredEarlier, dmProbeSilentOdd, dmProbeSilentUsual, dmEarlySilence,
	dmEmptyPayloadFailed, dmAnsweredEarlier, dmForbidden, dmNotFound, dmForeignAnswer,
	dmFalseNotFound, dmSilentUnhandled, dmSilentHandled, dmDeviceSaysNotFound, dmCameAndWent,
	dmBadGateway, dmThrottledEarlier, dmFaultEarlier,
}

// identityCodes are the codes of the findings about registry, twin and SDK.
var identityCodes = []string{
	dmRegistered, dmNotRegistered, dmDisabled, dmEnabled, dmConnected, dmDisconnected, dmActiveNow,
	dmQuiet, dmNeverActive, dmEdgeIdentity, dmEdgeModule, dmUnknownModule, dmBehindGateway,
	dmGatewayDown, dmGatewayUp, dmNearMiss, dmIdentityUnread, dmTwinWritten, dmQuietLong,
	dmActiveAfter, dmActiveRecently, dmEdgeHubDown, dmNoMethodsOnWire, dmModuleOverAMQP, dmRawMQTT,
	dmKnownBadSDK, dmSDKSaysNothing, dmSDKAnswers, dmBadWithNoPayload, dmKnownBadMute, dmPlainDevice, dmNoSDKName,
}

// comparisonCodes are the codes of the findings from other devices.
var comparisonCodes = []string{
	dmOtherAnswers, dmOtherRefused, dmOtherSilent, dmOtherHubWide, dmOtherDeviceStatus,
	dmOtherDiffers, dmLikeAnswersProbe, dmLikeSilentProbe, dmDifferences, dmOtherFails,
	dmThirdAnswers, dmThirdFails, dmSiblingsFail, dmOtherActive, dmSiblingAnswers,
}

// limitCodes are the codes of the findings about tier, quota, throttle and load.
var limitCodes = []string{
	dmTierWithout, dmTierWith, dmQuotaUsed, dmQuotaNearly, dmQuotaFine, dmLoadOver, dmLoadNear,
	dmLoadFine, dmLatencyUnderLoad, dmLatencyRises, dmHubNotActive, dmLimitsUnread, dmLoggedRateOver,
	dmHubInTransition,
}

// logCodes are the codes of the findings from resource logs.
var logCodes = []string{
	dmLogsOff, dmLogsNothing, dmLogRefused, dmLogSilent, dmLogNotFound, dmLogUnauthorized,
	dmLogThrottled, dmLogServiceFault, dmLogKickedOut, dmLogInflight, dmLogQuota, dmLogOtherFailure,
	dmAnsweredBefore, dmDeviceOnly, dmHubWide, dmSlowAnswers, dmLogAlternates, dmLogAnswered,
	dmReconnects, dmRenewals, dmKickRows, dmTwoAddresses, dmTwoSDKs, dmLastConnected,
	dmLastDisconnected, dmTurnedAway, dmDrops, dmKickNoise, dmOtherHubs, dmAddressChanged,
	dmSoonChanged,
}

// contactCodes are the codes of the findings about the caller.
var contactCodes = []string{
	dmContactFine, dmDNS, dmConnRefused, dmTCPTimeout, dmTLS, dmProxy, dmReset, dmGaveUp,
	dmCallerTooShort, dmClockOff, dmClockFine, dmPublicAccessOff, dmAddressRule, dmTokenExpired,
	dmTokenElsewhere, dmPolicyLacksRight, dmRightMissing, dmLocalAuthOff, dmBadToken,
	dmContactRefused, dmIntercepted, dmGaveUpLate, dmLimitTooShort, dmContactHubError, dmEntra,
	dmPolicyHasRight, dmTransportUnnamed, dmSaidExpired,
}
