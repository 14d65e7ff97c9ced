export * from "./fvvFileLoader.pure.js";
import { RegisterFvvLoader } from "./fvvFileLoader.pure.js";
import { RegisterFvvParser } from "./serialization/clipParser.js";

RegisterFvvLoader();
RegisterFvvParser();
