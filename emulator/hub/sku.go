package hub

// Size is what one unit of a SKU may do.
// Source: learn.microsoft.com, "IoT Hub quotas and throttling" and "Choose the
// right IoT Hub tier and size".
type Size struct {
	Methods        bool  // direct methods, twins and jobs exist at all
	MethodBytes    int64 // of method requests a second, counted in steps of 4 KB
	DailyMessages  int64
	MeterBytes     int64 // the size of one message of the quota
	ConcurrentJobs int
	JobRate        int // per-device job operations a second, at least
	JobRateUnit    int // and for each unit
	QueriesMinute  int
	RegistryMinute int
	TwinReads      int // a second, at least
	TwinReadsUnit  int // and for each unit; updates are half of both
	MaxUnits       int
}

// Sizes returns the limits of one unit of a SKU; the zero Size for an unknown
// one.
func Sizes(sku string) Size {
	const kb, mb = 1024, 1024 * 1024
	switch sku {
	case "F1":
		return Size{true, 160 * kb, 8_000, 512, 1, 10, 0, 20, 100, 100, 0, 1}
	case "B1":
		return Size{false, 0, 400_000, 4 * kb, 0, 0, 0, 20, 100, 0, 0, 200}
	case "B2":
		return Size{false, 0, 6_000_000, 4 * kb, 0, 0, 0, 20, 100, 0, 0, 200}
	case "B3":
		return Size{false, 0, 300_000_000, 4 * kb, 0, 0, 0, 1000, 5000, 0, 0, 10}
	case "S1":
		return Size{true, 160 * kb, 400_000, 4 * kb, 1, 10, 0, 20, 100, 100, 0, 200}
	case "S2":
		return Size{true, 480 * kb, 6_000_000, 4 * kb, 5, 10, 1, 20, 100, 100, 10, 200}
	case "S3":
		return Size{true, 24 * mb, 300_000_000, 4 * kb, 10, 0, 50, 1000, 5000, 0, 500, 10}
	default:
		return Size{}
	}
}

// SKUs lists the sizes a hub can have.
func SKUs() []string { return []string{"F1", "B1", "B2", "B3", "S1", "S2", "S3"} }
