/**
 * Where an event is in its life (`ei:eventStatus`).
 *
 * @see OpenADR 2.0b, `ei:EventStatusEnumeratedType`; rules 4, 13 and 66
 */
export const EVENT_STATUS = {
  /** No event. Valid in the schema, of no use in the profile. */
  NONE: "none",
  /** Announced; neither it nor its ramp-up has begun. */
  FAR: "far",
  /** Its ramp-up has begun; only events with a ramp-up get here. */
  NEAR: "near",
  /** Under way. */
  ACTIVE: "active",
  /** Over. */
  COMPLETED: "completed",
  /** Called off by the VTN. */
  CANCELLED: "cancelled",
} as const;
/** One of {@link EVENT_STATUS}. */
export type EventStatus = (typeof EVENT_STATUS)[keyof typeof EVENT_STATUS];

/**
 * What the numbers of a signal mean (`ei:signalType`).
 *
 * The schema takes no other names here, not even ones with `x-`. Which type goes with which name: rule 104.
 *
 * @see OpenADR 2.0b, `ei:SignalTypeEnumeratedType`, Table 1
 */
export const SIGNAL_TYPE = {
  DELTA: "delta",
  LEVEL: "level",
  MULTIPLIER: "multiplier",
  PRICE: "price",
  PRICE_MULTIPLIER: "priceMultiplier",
  PRICE_RELATIVE: "priceRelative",
  SETPOINT: "setpoint",
  X_LOAD_CONTROL_CAPACITY: "x-loadControlCapacity",
  X_LOAD_CONTROL_LEVEL_OFFSET: "x-loadControlLevelOffset",
  X_LOAD_CONTROL_PERCENT_OFFSET: "x-loadControlPercentOffset",
  X_LOAD_CONTROL_SETPOINT: "x-loadControlSetpoint",
} as const;
/** One of {@link SIGNAL_TYPE}. */
export type SignalType = (typeof SIGNAL_TYPE)[keyof typeof SIGNAL_TYPE];

/**
 * What a signal is about (`ei:signalName`). Names of your own begin with `x-`.
 *
 * @see OpenADR 2.0b, `ei:SignalNameEnumeratedType`, Table 1
 */
export const SIGNAL_NAME = {
  /** Levels 0 (normal) to 3; every VEN understands it (rule 9). */
  SIMPLE: "SIMPLE",
  /** The 2.0a spelling; write {@link SIGNAL_NAME.SIMPLE} in 2.0b. */
  simple: "simple",
  ELECTRICITY_PRICE: "ELECTRICITY_PRICE",
  ENERGY_PRICE: "ENERGY_PRICE",
  DEMAND_CHARGE: "DEMAND_CHARGE",
  BID_PRICE: "BID_PRICE",
  BID_LOAD: "BID_LOAD",
  BID_ENERGY: "BID_ENERGY",
  CHARGE_STATE: "CHARGE_STATE",
  LOAD_DISPATCH: "LOAD_DISPATCH",
  LOAD_CONTROL: "LOAD_CONTROL",
} as const;
/** One of {@link SIGNAL_NAME}. */
export type SignalName = (typeof SIGNAL_NAME)[keyof typeof SIGNAL_NAME];

/**
 * The power of ten that goes before a unit (`scale:siScaleCode`).
 *
 * @see OpenADR 2.0b, `scale:SiScaleCodeType`
 */
export const SI_SCALE_CODE = {
  /** pico, 10^-12 */
  p: "p",
  /** nano, 10^-9 */
  n: "n",
  /** micro, 10^-6 */
  micro: "micro",
  /** milli, 10^-3 */
  m: "m",
  /** centi, 10^-2 */
  c: "c",
  /** deci, 10^-1 */
  d: "d",
  /** kilo, 10^3 */
  k: "k",
  /** mega, 10^6 */
  M: "M",
  /** giga, 10^9 */
  G: "G",
  /** tera, 10^12 */
  T: "T",
  /** The unit itself. */
  none: "none",
} as const;
/** One of {@link SI_SCALE_CODE}. */
export type SiScaleCode = (typeof SI_SCALE_CODE)[keyof typeof SI_SCALE_CODE];

/**
 * The answer to an event, or to a span of time (`ei:optType`).
 *
 * @see OpenADR 2.0b, `ei:OptTypeType`
 */
export const OPT = {
  OPT_IN: "optIn",
  OPT_OUT: "optOut",
} as const;
/** One of {@link OPT}. */
export type Opt = (typeof OPT)[keyof typeof OPT];

/**
 * Why a VEN opts in or out (`ei:optReason`). Reasons of your own begin with `x-`.
 *
 * @see OpenADR 2.0b, `ei:OptReasonEnumeratedType`
 */
export const OPT_REASON = {
  ECONOMIC: "economic",
  EMERGENCY: "emergency",
  MUST_RUN: "mustRun",
  NOT_PARTICIPATING: "notParticipating",
  OUTAGE_RUN_STATUS: "outageRunStatus",
  OVERRIDE_STATUS: "overrideStatus",
  PARTICIPATING: "participating",
  X_SCHEDULE: "x-schedule",
} as const;
/** One of {@link OPT_REASON}. */
export type OptReason = (typeof OPT_REASON)[keyof typeof OPT_REASON];

/**
 * How the value of a data point comes about (`ei:readingType`). Types of your own begin with `x-`.
 *
 * @see OpenADR 2.0b, `ei:ReadingTypeEnumeratedType`
 */
export const READING_TYPE = {
  DIRECT_READ: "Direct Read",
  NET: "Net",
  ALLOCATED: "Allocated",
  ESTIMATED: "Estimated",
  SUMMED: "Summed",
  DERIVED: "Derived",
  MEAN: "Mean",
  PEAK: "Peak",
  HYBRID: "Hybrid",
  CONTRACT: "Contract",
  PROJECTED: "Projected",
  X_RMS: "x-RMS",
  /** What a data point of a status report says (rule 331). */
  X_NOT_APPLICABLE: "x-notApplicable",
} as const;
/** One of {@link READING_TYPE}. */
export type ReadingType = (typeof READING_TYPE)[keyof typeof READING_TYPE];

/**
 * What the value of a data point stands for (`ei:reportType`). Types of your own begin with `x-`.
 *
 * @see OpenADR 2.0b, `ei:ReportEnumeratedType`
 */
export const REPORT_TYPE = {
  READING: "reading",
  USAGE: "usage",
  DEMAND: "demand",
  SET_POINT: "setPoint",
  DELTA_USAGE: "deltaUsage",
  DELTA_SET_POINT: "deltaSetPoint",
  DELTA_DEMAND: "deltaDemand",
  BASELINE: "baseline",
  DEVIATION: "deviation",
  AVG_USAGE: "avgUsage",
  AVG_DEMAND: "avgDemand",
  OPERATING_STATE: "operatingState",
  UP_REGULATION_CAPACITY_AVAILABLE: "upRegulationCapacityAvailable",
  DOWN_REGULATION_CAPACITY_AVAILABLE: "downRegulationCapacityAvailable",
  REGULATION_SETPOINT: "regulationSetpoint",
  STORED_ENERGY: "storedEnergy",
  TARGET_ENERGY_STORAGE: "targetEnergyStorage",
  AVAILABLE_ENERGY_STORAGE: "availableEnergyStorage",
  PRICE: "price",
  LEVEL: "level",
  POWER_FACTOR: "powerFactor",
  PERCENT_USAGE: "percentUsage",
  PERCENT_DEMAND: "percentDemand",
  /** What a data point of a status report says (rule 331). */
  X_RESOURCE_STATUS: "x-resourceStatus",
} as const;
/** One of {@link REPORT_TYPE}. */
export type ReportType = (typeof REPORT_TYPE)[keyof typeof REPORT_TYPE];

/**
 * Which report profile a report follows (`ei:reportName`). Names of your own begin with `x-`.
 *
 * The names with `METADATA_` stand in oadrRegisterReport, the others in oadrUpdateReport.
 *
 * @see OpenADR 2.0b, `ei:reportNameEnumeratedType`; Annex A
 */
export const REPORT_NAME = {
  METADATA_HISTORY_USAGE: "METADATA_HISTORY_USAGE",
  HISTORY_USAGE: "HISTORY_USAGE",
  METADATA_HISTORY_GREENBUTTON: "METADATA_HISTORY_GREENBUTTON",
  HISTORY_GREENBUTTON: "HISTORY_GREENBUTTON",
  METADATA_TELEMETRY_USAGE: "METADATA_TELEMETRY_USAGE",
  TELEMETRY_USAGE: "TELEMETRY_USAGE",
  METADATA_TELEMETRY_STATUS: "METADATA_TELEMETRY_STATUS",
  TELEMETRY_STATUS: "TELEMETRY_STATUS",
} as const;
/** One of {@link REPORT_NAME}. */
export type ReportName = (typeof REPORT_NAME)[keyof typeof REPORT_NAME];

/**
 * How far a reported value can be trusted (`oadr:oadrDataQuality`). Qualities of your own begin with `x-`.
 *
 * @see OpenADR 2.0b, `oadr:oadrDataQualityType`
 */
export const DATA_QUALITY = {
  NO_QUALITY_NO_VALUE: "No Quality - No Value",
  NO_NEW_VALUE_PREVIOUS_VALUE_USED: "No New Value - Previous Value Used",
  QUALITY_BAD_NON_SPECIFIC: "Quality Bad - Non Specific",
  QUALITY_BAD_CONFIGURATION_ERROR: "Quality Bad - Configuration Error",
  QUALITY_BAD_NOT_CONNECTED: "Quality Bad - Not Connected",
  QUALITY_BAD_DEVICE_FAILURE: "Quality Bad - Device Failure",
  QUALITY_BAD_SENSOR_FAILURE: "Quality Bad - Sensor Failure",
  QUALITY_BAD_LAST_KNOWN_VALUE: "Quality Bad - Last Known Value",
  QUALITY_BAD_COMM_FAILURE: "Quality Bad - Comm Failure",
  QUALITY_BAD_OUT_OF_SERVICE: "Quality Bad - Out of Service",
  QUALITY_UNCERTAIN_NON_SPECIFIC: "Quality Uncertain - Non Specific",
  QUALITY_UNCERTAIN_LAST_USABLE_VALUE: "Quality Uncertain - Last Usable Value",
  QUALITY_UNCERTAIN_SENSOR_NOT_ACCURATE: "Quality Uncertain - Sensor Not Accurate",
  QUALITY_UNCERTAIN_EU_UNITS_EXCEEDED: "Quality Uncertain - EU Units Exceeded",
  QUALITY_UNCERTAIN_SUB_NORMAL: "Quality Uncertain - Sub Normal",
  QUALITY_GOOD_NON_SPECIFIC: "Quality Good - Non Specific",
  QUALITY_GOOD_LOCAL_OVERRIDE: "Quality Good - Local Override",
  QUALITY_LIMIT_FIELD_NOT: "Quality Limit - Field/Not",
  QUALITY_LIMIT_FIELD_LOW: "Quality Limit - Field/Low",
  QUALITY_LIMIT_FIELD_HIGH: "Quality Limit - Field/High",
  QUALITY_LIMIT_FIELD_CONSTANT: "Quality Limit - Field/Constant",
} as const;
/** One of {@link DATA_QUALITY}. */
export type DataQuality = (typeof DATA_QUALITY)[keyof typeof DATA_QUALITY];

/**
 * Whether an event wants an oadrCreatedEvent (`oadr:oadrResponseRequired`).
 *
 * @see OpenADR 2.0b, `oadr:ResponseRequiredType`; rule 12
 */
export const RESPONSE_REQUIRED = {
  ALWAYS: "always",
  NEVER: "never",
} as const;
/** One of {@link RESPONSE_REQUIRED}. */
export type ResponseRequired = (typeof RESPONSE_REQUIRED)[keyof typeof RESPONSE_REQUIRED];

/**
 * A version of the profile (`oadr:oadrProfileName`).
 *
 * @see OpenADR 2.0b, `oadr:oadrProfileType`
 */
export const PROFILE_NAME = {
  V2_0A: "2.0a",
  V2_0B: "2.0b",
} as const;
/** One of {@link PROFILE_NAME}. */
export type ProfileName = (typeof PROFILE_NAME)[keyof typeof PROFILE_NAME];

/**
 * The schema a payload follows (`ei:schemaVersion`). Versions of your own begin with `x-`.
 *
 * @see OpenADR 2.0b, `ei:schemaVersionEnumeratedType`; rule 509
 */
export const SCHEMA_VERSION = {
  V2_0A: "2.0a",
  V2_0B: "2.0b",
} as const;
/** One of {@link SCHEMA_VERSION}. */
export type SchemaVersion = (typeof SCHEMA_VERSION)[keyof typeof SCHEMA_VERSION];

/**
 * How messages travel (`oadr:oadrTransportName`).
 *
 * @see OpenADR 2.0b, `oadr:oadrTransportType`
 */
export const TRANSPORT_NAME = {
  SIMPLE_HTTP: "simpleHttp",
  XMPP: "xmpp",
} as const;
/** One of {@link TRANSPORT_NAME}. */
export type TransportName = (typeof TRANSPORT_NAME)[keyof typeof TRANSPORT_NAME];

/**
 * A service of the standard (`oadr:oadrServiceName`), which is also the last segment of its URL.
 *
 * @see OpenADR 2.0b, `oadr:oadrServiceNameType`
 */
export const SERVICE_NAME = {
  EI_EVENT: "EiEvent",
  EI_OPT: "EiOpt",
  EI_REPORT: "EiReport",
  EI_REGISTER_PARTY: "EiRegisterParty",
  OADR_POLL: "OadrPoll",
} as const;
/** One of {@link SERVICE_NAME}. */
export type ServiceName = (typeof SERVICE_NAME)[keyof typeof SERVICE_NAME];

/**
 * The units of `oadr:temperature`.
 *
 * @see OpenADR 2.0b, `oadr:temperatureUnitType`
 */
export const TEMPERATURE_UNIT = {
  CELSIUS: "celsius",
  FAHRENHEIT: "fahrenheit",
} as const;
/** One of {@link TEMPERATURE_UNIT}. */
export type TemperatureUnit = (typeof TEMPERATURE_UNIT)[keyof typeof TEMPERATURE_UNIT];

/**
 * The descriptions of `oadr:currency`, `currencyPerKW`, `currencyPerKWh` and `currencyPerThm`; the last has
 * none of its own.
 *
 * @see OpenADR 2.0b, `oadr:currencyItemDescriptionType`
 */
export const CURRENCY_DESCRIPTION = {
  CURRENCY: "currency",
  CURRENCY_PER_KW: "currencyPerKW",
  CURRENCY_PER_KWH: "currencyPerKWh",
} as const;
/** One of {@link CURRENCY_DESCRIPTION}. */
export type CurrencyDescription = (typeof CURRENCY_DESCRIPTION)[keyof typeof CURRENCY_DESCRIPTION];

/**
 * The device classes a signal can be meant for, as `endDeviceAsset` targets. Classes of your own begin with `x-`.
 *
 * @see OpenADR 2.0b, rule 111
 */
export const SIGNAL_TARGET_MRID = {
  THERMOSTAT: "Thermostat",
  STRIP_HEATER: "Strip_Heater",
  BASEBOARD_HEATER: "Baseboard_Heater",
  WATER_HEATER: "Water_Heater",
  POOL_PUMP: "Pool_Pump",
  SAUNA: "Sauna",
  HOT_TUB: "Hot_tub",
  SMART_APPLIANCE: "Smart_Appliance",
  IRRIGATION_PUMP: "Irrigation_Pump",
  MANAGED_COMMERCIAL_AND_INDUSTRIAL_LOADS: "Managed_Commercial_and_Industrial_Loads",
  SIMPLE_RESIDENTIAL_ON_OFF_LOADS: "Simple_Residential_On_Off_Loads",
  EXTERIOR_LIGHTING: "Exterior_Lighting",
  INTERIOR_LIGHTING: "Interior_Lighting",
  ELECTRIC_VEHICLE: "Electric_Vehicle",
  GENERATION_SYSTEMS: "Generation_Systems",
  LOAD_CONTROL_SWITCH: "Load_Control_Switch",
  SMART_INVERTER: "Smart_Inverter",
  EVSE: "EVSE",
  RESU: "RESU",
  ENERGY_MANAGEMENT_SYSTEM: "Energy_Management_System",
  SMART_ENERGY_MODULE: "Smart_Energy_Module",
  STORAGE: "Storage",
} as const;
/** One of {@link SIGNAL_TARGET_MRID}. */
export type SignalTargetMrid = (typeof SIGNAL_TARGET_MRID)[keyof typeof SIGNAL_TARGET_MRID];

/**
 * The application response codes that report an error, by OpenLEADR's names. Success is 200.
 *
 * Meanings and error classes: `RESPONSE_CODES` and {@link RejectedError}'s subclasses.
 *
 * @see OpenADR 2.0b, section 8.7
 */
export const STATUS_CODES = {
  OUT_OF_SEQUENCE: 450,
  NOT_ALLOWED: 451,
  INVALID_ID: 452,
  NOT_RECOGNIZED: 453,
  INVALID_DATA: 454,
  COMPLIANCE_ERROR: 459,
  SIGNAL_NOT_SUPPORTED: 460,
  REPORT_NOT_SUPPORTED: 461,
  TARGET_MISMATCH: 462,
  NOT_REGISTERED_OR_AUTHORIZED: 463,
  DEPLOYMENT_ERROR_OR_OTHER_ERROR: 469,
} as const;
/** One of {@link STATUS_CODES}. */
export type StatusCode = (typeof STATUS_CODES)[keyof typeof STATUS_CODES];

/**
 * The two levels of security: TLS alone, or TLS and signed messages.
 *
 * @see OpenADR 2.0b, section 10
 */
export const SECURITY_LEVEL = {
  STANDARD: "STANDARD",
  HIGH: "HIGH",
} as const;
/** One of {@link SECURITY_LEVEL}. */
export type SecurityLevel = (typeof SECURITY_LEVEL)[keyof typeof SECURITY_LEVEL];

export { CURRENCY, type Currency } from "./currencies.ts";
