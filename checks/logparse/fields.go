package logparse

// kind is the JSON type of a value.
type kind uint8

const (
	absent kind = iota
	null
	text    // raw is the string's content, escapes resolved
	number  // raw is the number as written
	boolean // raw is true or false
	object  // raw is the JSON as written, also for arrays
	array
)

// value is one value of an object. raw belongs to the block being read, or to
// the parser's scratch memory, and lives as long as the block.
type value struct {
	raw  []byte
	kind kind
}

// scalar returns what a string, number or boolean says; ok is false for an
// absent value, null, objects and arrays.
func (v value) scalar() (raw []byte, ok bool) {
	switch v.kind {
	case text, number, boolean:
		return v.raw, true
	default:
		return nil, false
	}
}

// The fields of a resource log row that are read. Storage, Event Hubs, Log
// Analytics and the portal spell them differently; see recordField.
const (
	fTime = iota
	fCategory
	fOperation
	fLevel
	fResultType
	fDescription
	fDuration
	fProperties
	fLocation
	fResource
	fDevice      // a column that a query made from properties
	fCorrelation // tells apart rows that are otherwise the same
	fRecords     // not of a row: the list in a {"records":[…]} wrapper
	fTables      // not of a row: the list in a Log Analytics answer
	fieldCount
)

// The fields of a row's properties that are read.
const (
	pDevice = iota
	pModule
	pSDK
	pProtocol
	pAddress
	propertyCount
)

// A lookup finds the field that a name stands for, -1 for any other name.
type lookup func(name []byte) int

// recordField knows a row's fields by all their names, in any case.
func recordField(name []byte) int {
	switch string(name) { // as Azure Monitor exports them
	case "time":
		return fTime
	case "category":
		return fCategory
	case "operationName":
		return fOperation
	case "level":
		return fLevel
	case "resultType":
		return fResultType
	case "resultDescription":
		return fDescription
	case "durationMs":
		return fDuration
	case "properties":
		return fProperties
	case "location":
		return fLocation
	case "resourceId":
		return fResource
	}
	return recordFieldFolded(name)
}

func recordFieldFolded(name []byte) int {
	var lower [24]byte
	if len(name) > len(lower) {
		return -1
	}
	switch string(appendLower(lower[:0], name)) {
	case "time", "timegenerated", "timegenerated [utc]":
		return fTime
	case "category":
		return fCategory
	case "operationname":
		return fOperation
	case "level":
		return fLevel
	case "resulttype":
		return fResultType
	case "resultdescription":
		return fDescription
	case "durationms":
		return fDuration
	case "properties", "properties_s":
		return fProperties
	case "location":
		return fLocation
	case "resourceid", "_resourceid":
		return fResource
	case "deviceid", "deviceid_s":
		return fDevice
	case "correlationid":
		return fCorrelation
	case "records":
		return fRecords
	case "tables":
		return fTables
	}
	return -1
}

// propertyField knows the fields of properties, in any case.
func propertyField(name []byte) int {
	switch string(name) {
	case "deviceId":
		return pDevice
	case "RequestSize", "ResponseSize":
		return -1
	case "sdkVersion":
		return pSDK
	}
	var lower [16]byte
	if len(name) > len(lower) {
		return -1
	}
	switch string(appendLower(lower[:0], name)) {
	case "deviceid":
		return pDevice
	case "moduleid":
		return pModule
	case "sdkversion":
		return pSDK
	case "protocol":
		return pProtocol
	case "maskedipaddress":
		return pAddress
	}
	return -1
}

// appendLower appends s with its ASCII letters in lower case.
func appendLower(dst, s []byte) []byte {
	for _, c := range s {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		dst = append(dst, c)
	}
	return dst
}

// equalFold reports whether s is lower when case is left aside; lower is
// ASCII in lower case.
func equalFold(s []byte, lower string) bool {
	if len(s) != len(lower) {
		return false
	}
	for i, c := range s {
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
