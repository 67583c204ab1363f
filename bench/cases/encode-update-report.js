import { encodeBenchmark } from "../codec.js";
import { updateReport } from "../documents.js";

export const benchmark = encodeBenchmark("encode update report", updateReport);
