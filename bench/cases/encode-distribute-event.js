import { encodeBenchmark } from "../codec.js";
import { distributeEvent } from "../documents.js";

export const benchmark = encodeBenchmark("encode distribute event", distributeEvent);
