// A VTN in memory with one registered VEN, `ven-1`, for which nothing is waiting any more.
import { startIdleVtn } from "../idle-vtn.js";

await startIdleVtn();
