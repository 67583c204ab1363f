import { decodeBenchmark } from "../codec.js";
import { updateReport } from "../documents.js";

export const benchmark = decodeBenchmark("decode update report", updateReport);
