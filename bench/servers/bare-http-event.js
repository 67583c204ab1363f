// Bare node:http that answers what a VTN answers to an oadrRequestEvent when there is one event of 24 intervals.
import { answerAlways } from "../bare.js";
import { distributeEvent } from "../documents.js";

answerAlways(distributeEvent);
