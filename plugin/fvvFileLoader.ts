export * from "./fvvFileLoader.pure.js";
import { RegisterFvvLoader } from "./fvvFileLoader.pure.js";

RegisterFvvLoader();
