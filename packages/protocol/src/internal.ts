// What the packages of this project use of each other, and nobody else: it may change with any release.
export { requireReportTimes } from "./report/report-fit.ts";
export { derOfBlock, pemBlocks } from "./certificate/pem.ts";
export { readRevocationList } from "./certificate/revocation-list.ts";
export { replacedLists } from "./certificate/revocation-lists.ts";
export { normalizeUri } from "./uri.ts";
export { textOfDocument } from "./xml/encoding.ts";
export { resolveLimits } from "./xml/limits.ts";
export { detached } from "./xml/text.ts";
