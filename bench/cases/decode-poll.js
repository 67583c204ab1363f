import { decodeBenchmark } from "../codec.js";
import { poll } from "../documents.js";

export const benchmark = decodeBenchmark("decode poll", poll);
