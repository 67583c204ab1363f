// Bare node:http that answers what a VTN answers to a poll when nothing is waiting.
import { answerAlways } from "../bare.js";
import { emptyAnswer } from "../documents.js";

answerAlways(emptyAnswer);
