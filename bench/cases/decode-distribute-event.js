import { decodeBenchmark } from "../codec.js";
import { distributeEvent } from "../documents.js";

export const benchmark = decodeBenchmark("decode distribute event", distributeEvent);
